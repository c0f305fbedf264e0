// For tests: randomness and keys that are the same in every run.

import { hashParts, newSigningSeed, type Random, type SigningSeed } from '@cordon/shared';

/** SHA-256 in counter mode: the same ids and secrets in every run. */
export function countingRandom(seed: string): Random {
	let count = 0;
	const nextBlock = (): Uint8Array => {
		count += 1;
		return hashParts(seed, String(count));
	};
	return {
		bytes: (length) => {
			const blocks = Array.from({ length: Math.ceil(length / 32) }, nextBlock);
			return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
		},
	};
}

export function seedOf(name: string): SigningSeed {
	return newSigningSeed(hashParts('test-seed', name));
}
