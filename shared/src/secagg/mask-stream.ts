// Adds the mask that a key expands to, or takes it off again: ChaCha20, as little-endian values of 64 or 128 bits.

import { createCipheriv, createSecretKey } from 'node:crypto';
import { addBytes, subtractBytes, type ValueSum } from '../numbers/value-sum.ts';

const bytesPerWord = 4;
// Initial counter 0 and nonce 0 (RFC 8439): a mask key is used for one vector, ever.
const counterAndNonce = Buffer.alloc(16);
/** Zeros, which the cipher turns into its stream; a piece stays in the processor's cache while it is made and added. */
const piece = Buffer.alloc(32_768);

/** sum += mask, modulo 2^64 or 2^128. */
export function addMask(sum: ValueSum, key: Uint8Array): void {
	eachPiece(sum, key, addBytes);
}

/** sum -= mask, modulo 2^64 or 2^128. */
export function subtractMask(sum: ValueSum, key: Uint8Array): void {
	eachPiece(sum, key, subtractBytes);
}

function eachPiece(sum: ValueSum, key: Uint8Array, apply: typeof addBytes): void {
	// A key handed over as bytes costs ten times as much to take in.
	const stream = createCipheriv('chacha20', createSecretKey(key), counterAndNonce);
	const bytes = sum.words.length * bytesPerWord;
	for (let from = 0; from < bytes; from += piece.length) {
		const part = stream.update(piece.subarray(0, bytes - from));
		apply(sum, part, from / bytesPerWord);
		giveBack(part);
	}
}

/**
 * At once, so that the next piece is made where this one was: a recovery among a hundred hospitals makes 180 MB of
 * them, and the engine's looking through its whole heap for them took a third of the recovery's processor time.
 */
function giveBack({ buffer, byteLength }: Buffer<ArrayBuffer>): void {
	// One that shares its memory with others is left alone.
	if (buffer.byteLength === byteLength) buffer.transfer(0);
}
