// Hashes and canonical forms that two parties must compute alike: SHA-256 with lengths in front, and RFC 8785.

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * Shape   32 bytes over the tag and the parts, each preceded by its length (8 bytes, big-endian), so that no
 *         two lists of parts have the same preimage. A text part is its UTF-8 bytes.
 * Source  design/PRIVACY.md section 2, `H(tag, parts...)`.
 */
export function hashParts(tag: string, ...parts: readonly (string | Uint8Array)[]): Uint8Array {
	const hash = createHash('sha256');
	for (const part of [tag, ...parts]) {
		const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
		const length = Buffer.alloc(8);
		length.writeBigUInt64BE(BigInt(bytes.length));
		hash.update(length).update(bytes);
	}
	return new Uint8Array(hash.digest());
}

/** RFC 8785. Errors: throws where the value is not JSON (a bug: outside input is parsed before). */
export function canonicalJson(value: unknown): string {
	const text = canonicalize(value);
	if (text === undefined) throw new TypeError('value has no canonical JSON form');
	return text;
}

export function toHex(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('hex');
}
