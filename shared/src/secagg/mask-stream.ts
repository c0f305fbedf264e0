// Expands a key into the mask of a whole vector, and adds masks up: ChaCha20, little-endian 64-bit words.

import { createCipheriv } from 'node:crypto';

const bytesPerCell = 8;
// Initial counter 0 and nonce 0 (RFC 8439): a mask key is used for one vector, ever.
const counterAndNonce = Buffer.alloc(16);

export function expandMask(key: Uint8Array, cells: number): BigUint64Array {
	const stream = createCipheriv('chacha20', key, counterAndNonce).update(Buffer.alloc(cells * bytesPerCell));
	const mask = new BigUint64Array(cells);
	for (let cell = 0; cell < cells; cell += 1) mask[cell] = stream.readBigUInt64LE(cell * bytesPerCell);
	return mask;
}

/** sum += mask, modulo 2^64: BigUint64Array wraps by itself. */
export function addMask(sum: BigUint64Array, mask: BigUint64Array): void {
	for (const [cell, value] of mask.entries()) sum[cell] = (sum[cell] ?? 0n) + value;
}

export function subtractMask(sum: BigUint64Array, mask: BigUint64Array): void {
	for (const [cell, value] of mask.entries()) sum[cell] = (sum[cell] ?? 0n) - value;
}
