// Reads bytes as the 64-bit words of masks and masked vectors: little-endian, as every machine is that runs Node today.

import { endianness } from 'node:os';

// Elsewhere each word would come out reversed, and sums would be wrong without anybody noticing.
if (endianness() !== 'LE') throw new Error('this machine is big-endian: no sum of it would be right');

/** A copy of its own, since a view must begin at a multiple of eight. */
export function wordsOf(bytes: Uint8Array): BigUint64Array {
	return new BigUint64Array(Uint8Array.from(bytes).buffer);
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
