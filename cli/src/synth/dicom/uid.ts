// DICOM identifiers of synthetic objects: under 2.25, the arc for numbers that nobody has to register.

import { createHash } from 'node:crypto';

/** The same for the same parts: 122 bits of their SHA-256 in decimal, at most 41 characters (PS3.5 B.2). */
export function uidOf(...parts: readonly (string | number)[]): string {
	const digest = createHash('sha256').update(parts.join('\u0000')).digest();
	return `2.25.${BigInt(`0x${digest.subarray(0, 16).toString('hex')}`) >> 6n}`;
}
