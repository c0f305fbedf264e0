// Draws uniform integers from injected bytes, without bias, for the noise samplers.

import type { Random } from '../clock-and-random.ts';

const bitsPerWord = 32;

/**
 * Uniform on 0..bound-1 by rejection: little-endian 32-bit words, the last one shifted right to the bits left over.
 *
 * Errors  throws unless bound >= 1.
 */
export function uniformBelow(bound: bigint, random: Random): bigint {
	if (bound < 1n) throw new Error('nothing is below zero');
	const bits = bound.toString(2).length;
	const words = Math.ceil(bits / bitsPerWord);
	const surplus = words * bitsPerWord - bits;
	for (;;) {
		const drawn = drawWords(words, surplus, random);
		if (drawn < bound) return drawn;
	}
}

function drawWords(words: number, surplus: number, random: Random): bigint {
	const bytes = random.bytes(words * 4);
	if (bytes.length !== words * 4) throw new Error('the random source ran short');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	let value = BigInt(view.getUint32((words - 1) * 4, true) >>> surplus);
	for (let word = words - 2; word >= 0; word -= 1) {
		value = (value << 32n) | BigInt(view.getUint32(word * 4, true));
	}
	return value;
}
