// Every sampler against its exact pmf: chi-square at alpha = 1e-6 with a fixed seed, at several parameters.
// sampler-mutants.test.ts shows what these tests would not let pass.

import type { Random } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { bernoulliExp } from '../../shared/src/noise/bernoulli.ts';
import { sampleDiscreteGaussian } from '../../shared/src/noise/discrete-gaussian.ts';
import { sampleDiscreteLaplace, sampleGeometric } from '../../shared/src/noise/discrete-laplace.ts';
import { drawNoise } from '../../shared/src/noise/draw-noise.ts';
import { fits } from '../../shared/src/noise/goodness-of-fit.ts';
import type { NoisePlan } from '../../shared/src/noise/polya-share.ts';
import { sampleNegativeBinomial } from '../../shared/src/noise/polya-share.ts';
import { inBlocks } from '../../shared/src/noise/random-blocks.ts';
import { rational } from '../../shared/src/noise/rational.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import {
	coinPmf,
	differencePmf,
	gaussianPmf,
	geometricPmf,
	laplacePmf,
	negativeBinomialPmf,
} from './exact-pmfs.ts';

const seed = 'fit 20261123';

function draw(count: number, sample: (random: Random) => bigint): readonly bigint[] {
	const random = inBlocks(seededRandom(seed));
	return Array.from({ length: count }, () => sample(random));
}

describe('bernoulliExp', () => {
	it.each([
		[0n, 1n],
		[1n, 1000n],
		[1n, 10n],
		[2n, 3n],
		[1n, 1n],
		[5n, 2n],
		[6n, 1n],
	])('passes with probability exp(-%d/%d)', (numerator, denominator) => {
		const x = rational(numerator, denominator);
		const draws = draw(50_000, (random) => (bernoulliExp(x, random) ? 1n : 0n));
		expect(fits(draws, coinPmf(Math.exp(-Number(numerator) / Number(denominator))), 3)).toBe(true);
	});
});

const rates = [
	[1n, 20n],
	[1n, 3n],
	[1n, 1n],
	[7n, 4n],
	[3n, 1n],
] as const;

describe('sampleGeometric', () => {
	it.each(rates)('fits (1 - q) q^n at rate %d/%d', (numerator, denominator) => {
		const draws = draw(25_000, (random) => sampleGeometric(rational(numerator, denominator), random));
		const rate = Number(numerator) / Number(denominator);
		expect(fits(draws, geometricPmf(rate), Math.ceil(40 / rate))).toBe(true);
	});
});

describe('sampleDiscreteLaplace', () => {
	it.each(rates)('fits tanh(r/2) exp(-r |z|) at scale 1/r, r = %d/%d', (numerator, denominator) => {
		const draws = draw(20_000, (random) => sampleDiscreteLaplace(rational(denominator, numerator), random));
		const rate = Number(numerator) / Number(denominator);
		expect(fits(draws, laplacePmf(rate), Math.ceil(40 / rate))).toBe(true);
	});
});

describe('sampleDiscreteGaussian', () => {
	it.each([
		[1n, 4n],
		[1n, 1n],
		[7n, 3n],
		[30n, 1n],
	])('fits exp(-z^2 / (2 sigma^2)) at sigma %d/%d', (numerator, denominator) => {
		const sigma = Number(numerator) / Number(denominator);
		const draws = draw(10_000, (random) => sampleDiscreteGaussian(rational(numerator, denominator), random));
		expect(fits(draws, gaussianPmf(sigma), Math.ceil(12 * sigma))).toBe(true);
	});
});

describe('sampleNegativeBinomial', () => {
	it.each([
		[1n, 10n, 1n],
		[1n, 10n, 3n],
		[1n, 2n, 2n],
		[2n, 1n, 5n],
		[1n, 4n, 67n],
	])('fits NB(1/h) at rate %d/%d and h = %d', (numerator, denominator, h) => {
		const rate = rational(numerator, denominator);
		const draws = draw(20_000, (random) => sampleNegativeBinomial(rate, h, random));
		const pmf = negativeBinomialPmf(Number(numerator) / Number(denominator), 1 / Number(h), 600);
		expect(fits(draws, pmf, 600)).toBe(true);
	});
});

/** Sums over the network of what `contributors` hospitals drew, a cell each. */
function drawSums(cells: number, contributors: number, plan: NoisePlan): readonly bigint[] {
	const random = seededRandom(`${seed} sums`);
	const shares = Array.from({ length: contributors }, () => drawNoise(cells, plan, random));
	return Array.from({ length: cells }, (_, cell) => shares.reduce((sum, one) => sum + (one[cell] ?? 0n), 0n));
}

describe('drawNoise', () => {
	it.each([
		[100_000, 1, 1, 60_000],
		[100_000, 1, 3, 60_000],
		[250_000, 1, 2, 60_000],
		[1_000_000, 4, 7, 30_000],
		[1_500_000, 1, 34, 10_000],
	])('sums to the discrete Laplace: %d micros, sensitivity %d, H = %d', (micros, l1, hospitals, cells) => {
		const sums = drawSums(cells, hospitals, { epsilonMicros: micros, l1Sensitivity: l1, hospitals });
		const rate = micros / (1e6 * l1);
		expect(fits(sums, laplacePmf(rate), Math.ceil(40 / rate))).toBe(true);
	});

	it.each([
		[1, 3],
		[2, 3],
		[4, 3],
		[10, 3],
	])(
		'sums over n = %d contributors with H = %d to the difference of two NB(n/H)',
		(contributors, hospitals) => {
			const plan = { epsilonMicros: 250_000, l1Sensitivity: 1, hospitals };
			const pmf = differencePmf(negativeBinomialPmf(0.25, contributors / hospitals, 400), 400);
			expect(fits(drawSums(30_000, contributors, plan), pmf, 400)).toBe(true);
		},
	);
});
