// Names a dictionary by its content, so that hospitals can see that they mean the same one.

import { canonicalHash } from '../query/canonical-hash.ts';
import type { Dictionary } from './dictionary.ts';

/** SHA-256 of the RFC 8785 canonical form, hex. */
export function dictionaryHash(dictionary: Dictionary): string {
	return canonicalHash(dictionary);
}
