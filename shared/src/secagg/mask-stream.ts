// Adds the mask that a key expands to, or takes it off again: ChaCha20, little-endian 64-bit words.

import { createCipheriv } from 'node:crypto';
import { addWords, subtractWords, wordsOf } from '../numbers/little-endian-words.ts';

const bytesPerCell = 8;
// Initial counter 0 and nonce 0 (RFC 8439): a mask key is used for one vector, ever.
const counterAndNonce = Buffer.alloc(16);
/** A piece that stays in the processor's cache while it is made and added. */
const piece = Buffer.alloc(16_384);

/** sum += mask, modulo 2^64. */
export function addMask(sum: BigUint64Array, key: Uint8Array): void {
	eachPiece(sum, key, addWords);
}

/** sum -= mask, modulo 2^64. */
export function subtractMask(sum: BigUint64Array, key: Uint8Array): void {
	eachPiece(sum, key, subtractWords);
}

function eachPiece(
	sum: BigUint64Array,
	key: Uint8Array,
	apply: (part: BigUint64Array, mask: BigUint64Array) => void,
): void {
	const stream = createCipheriv('chacha20', key, counterAndNonce);
	const cellsAtOnce = piece.length / bytesPerCell;
	for (let from = 0; from < sum.length; from += cellsAtOnce) {
		const part = sum.subarray(from, from + cellsAtOnce);
		apply(part, wordsOf(stream.update(piece.subarray(0, part.length * bytesPerCell))));
	}
}
