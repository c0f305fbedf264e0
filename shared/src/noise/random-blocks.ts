// Hands out the bytes of a random source in order, fetched in blocks: the samplers ask for four at a time, and each
// call to the CSPRNG is dear.

import type { Random } from '../clock-and-random.ts';

export interface RandomBlocks extends Random {
	/** The next four bytes of the same stream, little-endian: 0..2^32-1. */
	readonly word: () => number;
}

const blockLength = 4096;
const wordLength = 4;

/** Errors  its functions throw where the source gives fewer bytes than asked: what is missing would read as zeros. */
export function inBlocks(random: Random): RandomBlocks {
	let block: Uint8Array = new Uint8Array(0);
	let view = new DataView(block.buffer);
	let used = 0;
	const refill = (): void => {
		const rest = block.subarray(used);
		const fetched = random.bytes(blockLength);
		if (fetched.length !== blockLength) throw new Error('the random source ran short');
		block = rest.length === 0 ? fetched : joined(rest, fetched);
		view = new DataView(block.buffer, block.byteOffset, block.length);
		used = 0;
	};
	return {
		bytes: (length) => {
			if (length > blockLength) return random.bytes(length);
			if (used + length > block.length) refill();
			used += length;
			return block.slice(used - length, used);
		},
		word: () => {
			if (used + wordLength > block.length) refill();
			used += wordLength;
			return view.getUint32(used - wordLength, true);
		},
	};
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
	const both = new Uint8Array(first.length + second.length);
	both.set(first);
	both.set(second, first.length);
	return both;
}
