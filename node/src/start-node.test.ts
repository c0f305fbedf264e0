import { initCrypto, type Random, type TransparencyLog } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Membership, partsOf, type Standing } from './start-node.ts';
import {
	countingRandom,
	sampleConfig,
	sampleKeys,
	sampleManifest,
	startMs,
} from './testing/sample-network.ts';

beforeAll(initCrypto);

/** What the parts of a node are made of, as far as randomness goes. */
function partsWith(random: Random): ReturnType<typeof partsOf> {
	const surroundings = { clock: { nowMs: () => startMs }, random, log: () => undefined };
	const authorization = { dataset: 'north-data', projects: [] };
	const standing = {
		config: sampleConfig(),
		surroundings,
		keys: sampleKeys(),
		files: { authorization },
		store: {},
		metrics: { counting: (audit: TransparencyLog) => audit },
	};
	const membership = { manifest: sampleManifest() };
	return partsOf(standing as unknown as Standing, membership as unknown as Membership);
}

describe('partsOf', () => {
	const plan = { epsilonMicros: 100_000, l1Sensitivity: 1, hospitals: 3 };

	it('hands on the randomness of the surroundings as it is, and no other', () => {
		const random = countingRandom('surroundings');
		expect(partsWith(random).random).toBe(random);
	});

	it('draws noise from it, at once and ahead', () => {
		let bytes = 0;
		const source = countingRandom('surroundings');
		const random: Random = {
			bytes: (length) => {
				bytes += length;
				return source.bytes(length);
			},
		};
		const { noise } = partsWith(random);
		expect(bytes).toBe(0);
		expect(noise.take(plan, 64)).toHaveLength(64);
		const atOnce = bytes;
		expect(atOnce).toBeGreaterThan(0);
		while (noise.drawSlice());
		expect(bytes).toBeGreaterThan(atOnce);
	});

	it('keeps noise ahead of its own: another start has none of it', () => {
		const random = countingRandom('surroundings');
		const { noise } = partsWith(random);
		noise.take(plan, 1);
		expect([noise.drawSlice(), partsWith(random).noise.drawSlice()]).toEqual([true, false]);
	});
});
