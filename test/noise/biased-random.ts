// A repeatable stream of words, many of them all zeros or all ones: rare turns of a sampler become frequent.

import type { Random } from '@cordon/shared';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';

/** Of 256 words about `zeros` are 0 (every coin that can pass does) and `ones` are 2^32 - 1 (rejected, or it fails). */
export function biasedRandom(seed: string, zeros: number, ones: number): Random {
	const stream = seededRandom(seed);
	return {
		bytes: (length) => {
			const bytes = stream.bytes(length);
			const choices = stream.bytes(Math.ceil(length / 4));
			for (const [word, choice] of choices.entries()) {
				const [from, to] = [word * 4, Math.min(length, word * 4 + 4)];
				if (choice < zeros) bytes.fill(0, from, to);
				else if (choice >= 256 - ones) bytes.fill(255, from, to);
			}
			return bytes;
		},
	};
}
