// Names a patient inside one hospital's store, so that the identifier itself is never kept.

import { createHmac } from 'node:crypto';
import type { Sensitive } from '@cordon/shared';
import type { Pseudonym } from '../ports.ts';

const keyBytes = 32;

/**
 * HMAC-SHA-256 of the identifier, without surrounding white space, under the hospital's own key.
 * A plain hash would be undone by trying every record number; two hospitals' keys differ, so that the
 * same person has unrelated names in them.
 *
 * Shape   64 lower-case hexadecimal digits.
 * Errors  throws where the key is not 32 bytes: a start with a weak key is a bug in the configuration reader.
 * Source  RFC 2104, FIPS 198-1.
 */
export function pseudonymOf(identifier: string, key: Sensitive<Uint8Array>): Pseudonym {
	const bytes = key.reveal();
	if (bytes.length !== keyBytes) throw new Error('the pseudonym key must have 32 bytes');
	return createHmac('sha256', bytes).update(identifier.trim(), 'utf8').digest('hex') as Pseudonym;
}
