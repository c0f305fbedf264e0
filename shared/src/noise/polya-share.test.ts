import { describe, expect, it } from 'vitest';
import { drawNoise } from './draw-noise.ts';
import { fits } from './goodness-of-fit.ts';
import { noiseQuantile, noiseTail } from './noise-quantile.ts';
import { drawPolyaShare, type NoisePlan } from './polya-share.ts';
import { seededRandom } from './seeded-random.ts';

const sums = 20_000;
const plan: NoisePlan = { epsilonMicros: 500_000, l1Sensitivity: 1, hospitals: 3 };

/** Sums of `contributors` shares a draw, as the network's sum would hold them. */
function drawSums(contributors: number, spread: NoisePlan, seed: string): readonly bigint[] {
	const random = seededRandom(seed);
	const vectors = Array.from({ length: contributors }, () => drawNoise(sums, spread, random));
	return Array.from({ length: sums }, (_, i) => vectors.reduce((sum, vector) => sum + (vector[i] ?? 0n), 0n));
}

function laplacePmf(epsilon: number): (value: number) => number {
	return (value) => Math.tanh(epsilon / 2) * Math.exp(-epsilon * Math.abs(value));
}

/** P(Z = z) by differences of the tail, two sides. */
function spreadPmf(contributors: number): (value: number) => number {
	const spread = { ...plan, contributors };
	const tails = Array.from({ length: 70 }, (_, i) => noiseTail(spread, i - 1));
	return (value) => {
		const magnitude = Math.abs(value);
		const mass = (tails[magnitude] ?? 0) - (tails[magnitude + 1] ?? 0);
		return magnitude === 0 ? mass : mass / 2;
	};
}

describe('drawPolyaShare', () => {
	const pmf = laplacePmf(0.5);

	it('sums over H = 3 hospitals to the discrete Laplace', () => {
		expect(fits(drawSums(3, plan, 'three'), pmf, 60)).toBe(true);
	});

	it('gives the full discrete Laplace alone when H = 1', () => {
		expect(fits(drawSums(1, { ...plan, hospitals: 1 }, 'alone'), pmf, 60)).toBe(true);
	});

	it('scales with the sensitivity', () => {
		const wide = { epsilonMicros: 1_000_000, l1Sensitivity: 4, hospitals: 2 };
		expect(fits(drawSums(2, wide, 'wide'), laplacePmf(0.25), 100)).toBe(true);
	});

	it('sums over 4 contributors with H = 3 to the difference of two NB(4/3)', () => {
		const draws = drawSums(4, plan, 'four');
		expect([fits(draws, spreadPmf(4), 60), fits(draws, pmf, 60)]).toEqual([true, false]);
	});

	it('fails the test when the noise is halved', () => {
		expect(
			fits(
				drawSums(3, plan, 'halved').map((z) => z / 2n),
				pmf,
				60,
			),
		).toBe(false);
		expect(fits(drawSums(3, { ...plan, epsilonMicros: 1_000_000 }, 'double'), pmf, 60)).toBe(false);
	});

	it('fails the test when shares are sized by M = 5 instead of H = 3', () => {
		expect(fits(drawSums(3, { ...plan, hospitals: 5 }, 'by M'), pmf, 60)).toBe(false);
	});

	it.each([
		{ ...plan, epsilonMicros: 0 },
		{ ...plan, epsilonMicros: 0.5 },
		{ ...plan, l1Sensitivity: 0 },
		{ ...plan, hospitals: 0 },
		{ ...plan, hospitals: Number.NaN },
	])('throws for %j', (bad) => {
		expect(() => drawPolyaShare(bad, seededRandom('bad'))).toThrow('integers >= 1');
	});
});

describe('noiseQuantile', () => {
	it.each([0.05, 1e-6, 2 ** -64])('equals the closed form of the discrete Laplace at tail %d', (tail) => {
		for (const epsilonMicros of [10_000, 100_000, 500_000, 2_000_000]) {
			const epsilon = epsilonMicros / 1e6;
			// P(|Z| > b) = 2 q^(b+1) / (1 + q)
			const closed = (b: number): number => (2 * Math.exp(-epsilon * (b + 1))) / (1 + Math.exp(-epsilon));
			const b = noiseQuantile({ epsilonMicros, l1Sensitivity: 1, hospitals: 2, contributors: 2 }, tail);
			expect(closed(b)).toBeLessThanOrEqual(tail * (1 + 1e-9));
			expect(b === 0 || closed(b - 1) > tail * (1 - 1e-9)).toBe(true);
		}
	});

	it('agrees with simulation when more contribute than H', () => {
		const draws = drawSums(5, plan, 'five');
		const b = noiseQuantile({ ...plan, contributors: 5 }, 0.05);
		const outside = draws.filter((z) => z > BigInt(b) || z < BigInt(-b)).length / sums;
		const expected = noiseTail({ ...plan, contributors: 5 }, b);
		expect(Math.abs(outside - expected)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / sums));
	});

	it('grows with contributors, and stays finite for 100 full shares at scale 5,000', () => {
		const spread = { epsilonMicros: 200, l1Sensitivity: 1, hospitals: 1 };
		const one = noiseQuantile({ ...spread, contributors: 1 }, 0.05);
		const hundred = noiseQuantile({ ...spread, contributors: 100 }, 0.05);
		expect(hundred).toBeGreaterThan(9 * one);
		// Standard deviation sqrt(2 * 100) scales; the sum is close to normal.
		expect(hundred / (5_000 * Math.sqrt(200) * 1.96)).toBeCloseTo(1, 1);
	});

	it('is wider than proportional, by 1 %, beyond scale 5,000', () => {
		const b = noiseQuantile({ epsilonMicros: 1, l1Sensitivity: 1, hospitals: 1, contributors: 1 }, 0.05);
		expect(b).toBeGreaterThan(1e6 * Math.log(20));
		expect(b).toBeLessThan(1e6 * Math.log(20) * 1.02);
	});

	it.each([0, 2, Number.NaN])('throws for a tail of %d', (tail) => {
		expect(() => noiseQuantile({ ...plan, contributors: 3 }, tail)).toThrow('tail');
	});
});
