// Reads bytes as the 64-bit words of masks and masked vectors: little-endian, as every machine is that runs Node today.

import { endianness } from 'node:os';

// Elsewhere each word would come out reversed, and sums would be wrong without anybody noticing.
if (endianness() !== 'LE') throw new Error('this machine is big-endian: no sum of it would be right');

const bytesPerWord = 8;

/** The bytes themselves where they begin at a multiple of eight, as a view must; else a copy. */
export function wordsOf(bytes: Uint8Array): BigUint64Array {
	const { buffer, byteOffset, length } =
		bytes.byteOffset % bytesPerWord === 0 ? bytes : new Uint8Array(bytes);
	return new BigUint64Array(buffer, byteOffset, length / bytesPerWord);
}

/**
 * sum += words, modulo 2^64: the array wraps by itself. The casts say what the loop's bound does; a default for a
 * missing word instead costs ten times the time (`bench secagg`).
 *
 * Errors  throws where lengths differ.
 */
export function addWords(sum: BigUint64Array, words: BigUint64Array): void {
	requireSameLength(sum, words);
	for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as bigint) + (words[at] as bigint);
}

/** sum -= words; else as `addWords`. */
export function subtractWords(sum: BigUint64Array, words: BigUint64Array): void {
	requireSameLength(sum, words);
	for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as bigint) - (words[at] as bigint);
}

function requireSameLength(sum: BigUint64Array, words: BigUint64Array): void {
	if (sum.length !== words.length) throw new Error('vectors of different lengths');
}
