// Our own Shamir sharing beside the npm package of the same scheme: either rebuilds what the other has split.

import fc from 'fast-check';
import { combine, split } from 'shamir-secret-sharing';
import { describe, expect, it } from 'vitest';
import type { Random } from '../../shared/src/clock-and-random.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { combineShares, splitSecret } from '../../shared/src/secagg/secret-sharing.ts';

const sharing = fc
	.record({
		secret: fc.uint8Array({ minLength: 1, maxLength: 40 }),
		shares: fc.integer({ min: 2, max: 100 }),
		seed: fc.string({ maxLength: 8 }),
		order: fc.infiniteStream(fc.nat()),
	})
	.chain((given) => fc.integer({ min: 2, max: given.shares }).map((threshold) => ({ ...given, threshold })));

/** So many of the shares, in some order. */
function picked(all: readonly Uint8Array[], count: number, order: Iterator<number>): readonly Uint8Array[] {
	const rest = [...all];
	return Array.from({ length: count }, () => {
		const [share = new Uint8Array()] = rest.splice((order.next().value ?? 0) % rest.length, 1);
		return share;
	});
}

describe('splitSecret and combineShares', () => {
	it('rebuild any secret from any t of its shares', () => {
		fc.assert(
			fc.property(sharing, ({ secret, shares, threshold, seed, order }) => {
				const all = splitSecret(secret, { shares, threshold }, seededRandom(seed));
				expect(combineShares(picked(all, threshold, order))).toEqual({ ok: true, value: secret });
			}),
			{ seed: 20_260_103, numRuns: 300 },
		);
	});

	it('agree with the package, both ways', async () => {
		await fc.assert(
			fc.asyncProperty(sharing, async ({ secret, shares, threshold, seed, order }) => {
				const ours = splitSecret(secret, { shares, threshold }, seededRandom(seed));
				expect(await combine([...picked(ours, threshold, order)])).toEqual(secret);
				const theirs = await split(secret, shares, threshold);
				expect(combineShares(picked(theirs, threshold, order))).toEqual({ ok: true, value: secret });
			}),
			{ seed: 20_260_104, numRuns: 100 },
		);
	});

	it('leave every value of a secret byte equally possible to whoever holds t - 1 shares', () => {
		// With t = 2 the share at coordinate 1 is secret + coefficient: for each secret, each value exactly once.
		for (const secret of [0, 1, 128, 255]) {
			const values = Array.from({ length: 256 }, (_, coefficient) => {
				const tape: Random = { bytes: () => Uint8Array.of(coefficient) };
				return splitSecret(Uint8Array.of(secret), { shares: 2, threshold: 2 }, tape)[0]?.[0];
			});
			expect(new Set(values).size).toBe(256);
		}
	});

	it('leave every pair of values equally possible to whoever holds two shares of three', () => {
		for (const secret of [0, 7, 255]) {
			const pairs = new Set<number>();
			for (let tape = 0; tape < 65_536; tape += 1) {
				const drawn = [tape >> 8, tape & 0xff];
				const random: Random = { bytes: () => Uint8Array.of(drawn.pop() ?? 0) };
				const [one, two] = splitSecret(Uint8Array.of(secret), { shares: 3, threshold: 3 }, random);
				pairs.add((one?.[0] ?? 0) * 256 + (two?.[0] ?? 0));
			}
			expect(pairs.size).toBe(65_536);
		}
	});

	it('throw where the random source runs short, which would show the secret', () => {
		const short: Random = { bytes: (length) => new Uint8Array(length - 1) };
		const twoOfThree = { shares: 3, threshold: 2 };
		expect(() => splitSecret(new Uint8Array(32), twoOfThree, short)).toThrow('ran short');
	});

	it.each([
		{ shares: 3, threshold: 1 },
		{ shares: 3, threshold: 4 },
		{ shares: 256, threshold: 2 },
		{ shares: Number.NaN, threshold: 2 },
	])('throw for %j', (parameters) => {
		expect(() => splitSecret(new Uint8Array(32), parameters, seededRandom('bad'))).toThrow('2 <= threshold');
	});

	it('refuse no share, an empty one, and shares of two lengths', () => {
		for (const shares of [[], [Uint8Array.of(1)], [Uint8Array.of(9, 1), Uint8Array.of(9, 9, 2)]]) {
			expect(combineShares(shares)).toEqual({ ok: false, error: 'bad-share' });
		}
	});
});
