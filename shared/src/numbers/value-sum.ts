// Sums vectors of 64- or 128-bit values modulo 2^64 or 2^128, for masks, masked vectors and their sum alike.

import { endianness } from 'node:os';

// Elsewhere each word would come out reversed, and sums would be wrong without anybody noticing.
if (endianness() !== 'LE') throw new Error('this machine is big-endian: no sum of it would be right');

/** One limb or two. A value is little-endian, and carries run through both limbs. */
export type ValueBits = 64 | 128;

/**
 * Begins at zero. Each 32-bit word of each value is summed on its own as a whole number, and the carries are done once,
 * by `wordsOfSum`: doubles are exact below 2^53, so 2^20 vectors fit. The engine adds them as fast the first time as
 * the last; bigints took a hundred times as long until they were compiled (`bench secagg`).
 */
export interface ValueSum {
	readonly valueBits: ValueBits;
	readonly words: Float64Array;
}

const bytesPerWord = 4;
const wordSize = 2 ** 32;

export function newSum(cells: number, valueBits: ValueBits): ValueSum {
	return { valueBits, words: new Float64Array((cells * valueBits) / 32) };
}

export function cellsOfSum({ words, valueBits }: ValueSum): number {
	return (words.length * 32) / valueBits;
}

/** Errors  throws where the bytes are not those of a whole vector, or of the part of it from word `from` on. */
export function addBytes({ words }: ValueSum, bytes: Uint8Array, from: number = 0): void {
	const added = wordsIn(bytes);
	requireRoom(words.length - from, added.length);
	for (let at = 0; at < added.length; at += 1)
		words[from + at] = (words[from + at] as number) + (added[at] as number);
}

/** As `addBytes`. */
export function subtractBytes({ words }: ValueSum, bytes: Uint8Array, from: number = 0): void {
	const taken = wordsIn(bytes);
	requireRoom(words.length - from, taken.length);
	for (let at = 0; at < taken.length; at += 1)
		words[from + at] = (words[from + at] as number) - (taken[at] as number);
}

/** The sum with its carries done: 64-bit words, the lower limb of a value first. */
export function wordsOfSum({ words, valueBits }: ValueSum): BigUint64Array<ArrayBuffer> {
	const settled = new Uint32Array(words.length);
	const wordsPerValue = valueBits / 32;
	let carry = 0;
	for (let at = 0; at < words.length; at += 1) {
		// What runs over the end of a value is what the modulus drops.
		if (at % wordsPerValue === 0) carry = 0;
		const total = (words[at] as number) + carry;
		carry = Math.floor(total / wordSize);
		settled[at] = total - carry * wordSize;
	}
	return new BigUint64Array(settled.buffer);
}

/** The bytes of a vector of values, each taken modulo 2^64 or 2^128, so that one below zero wraps. */
export function bytesOfValues(values: readonly bigint[], valueBits: ValueBits): Uint8Array {
	const limbs = valueBits / 64;
	const words = new BigUint64Array(values.length * limbs);
	// The array takes the low 64 bits by itself.
	for (const [at, value] of values.entries())
		for (let limb = 0; limb < limbs; limb += 1) words[at * limbs + limb] = value >> BigInt(64 * limb);
	return new Uint8Array(words.buffer);
}

/** Centred around zero: from -2^63 to 2^63 - 1, or from -2^127 to 2^127 - 1. */
export function centredValues(words: BigUint64Array<ArrayBuffer>, valueBits: ValueBits): readonly bigint[] {
	const signed = [...new BigInt64Array(words.buffer, words.byteOffset, words.length)];
	if (valueBits === 64) return signed;
	const lower = (at: number): bigint => BigInt.asUintN(64, signed[at] ?? 0n);
	return Array.from(
		{ length: signed.length / 2 },
		(_, cell) =>
			// The upper limb carries the sign.
			((signed[2 * cell + 1] ?? 0n) << 64n) | lower(2 * cell),
	);
}

/** The bytes themselves where they begin at a whole word, as a view must; else a copy. */
function wordsIn(bytes: Uint8Array): Uint32Array {
	if (bytes.length % bytesPerWord !== 0) throw new Error('bytes that are no whole words');
	const { buffer, byteOffset, length } =
		bytes.byteOffset % bytesPerWord === 0 ? bytes : new Uint8Array(bytes);
	return new Uint32Array(buffer, byteOffset, length / bytesPerWord);
}

function requireRoom(room: number, needed: number): void {
	if (needed > room) throw new Error('vectors of different lengths');
}
