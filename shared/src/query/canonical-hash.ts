// One hash for one meaning of a JSON value, whatever its key order and spacing.

import { createHash } from 'node:crypto';
import { canonicalJson } from '../hash.ts';

/** SHA-256 of the RFC 8785 text in UTF-8, hex. Throws on what is not JSON, which is a bug of the caller. */
export function canonicalHash(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex');
}
