import { describe, expect, it } from 'vitest';
import type { Random } from '../clock-and-random.ts';
import { bernoulli, bernoulliExp } from './bernoulli.ts';
import { sampleDiscreteGaussian } from './discrete-gaussian.ts';
import { sampleDiscreteLaplace, sampleGeometric } from './discrete-laplace.ts';
import { fits } from './goodness-of-fit.ts';
import { inBlocks } from './random-blocks.ts';
import { distance, multiply, rational } from './rational.ts';
import { seededRandom } from './seeded-random.ts';
import { uniformBelow } from './uniform-below.ts';

function draw(count: number, seed: string, sample: (random: Random) => bigint): readonly bigint[] {
	const random = inBlocks(seededRandom(seed));
	return Array.from({ length: count }, () => sample(random));
}

describe('uniformBelow', () => {
	it.each([1, 2, 3, 7, 31])('is uniform below %d', (bound) => {
		const draws = draw(20_000, `uniform ${bound}`, (random) => uniformBelow(BigInt(bound), random));
		expect(fits(draws, (v) => (v >= 0 && v < bound ? 1 / bound : 0), 40)).toBe(true);
	});

	it('reads little-endian words and shifts the last by the surplus bits', () => {
		const random = { bytes: () => Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0x80) };
		expect(uniformBelow(2n ** 40n - 1n, random)).toBe(2n ** 39n + 1n);
	});

	it('throws below nothing, and when the source runs short', () => {
		expect(() => uniformBelow(0n, seededRandom('x'))).toThrow('nothing is below zero');
		expect(() => uniformBelow(5n, { bytes: () => new Uint8Array(3) })).toThrow('ran short');
	});
});

describe('bernoulli', () => {
	it('passes 2/7 of the time', () => {
		const draws = draw(40_000, 'coin', (random) => (bernoulli(rational(2n, 7n), random) ? 1n : 0n));
		expect(fits(draws, (v) => [5 / 7, 2 / 7][v] ?? 0, 3)).toBe(true);
	});

	it('is certain at 0 and at 1, and throws above 1', () => {
		const random = seededRandom('edge');
		expect([bernoulli(rational(0n, 1n), random), bernoulli(rational(1n, 1n), random)]).toEqual([false, true]);
		expect(() => bernoulli(rational(8n, 7n), random)).toThrow('above 1');
	});
});

describe('bernoulliExp', () => {
	it.each([
		[0n, 1n],
		[1n, 3n],
		[1n, 1n],
		[17n, 5n],
	])('passes with probability exp(-%d/%d)', (numerator, denominator) => {
		const p = Math.exp(-Number(numerator) / Number(denominator));
		const x = rational(numerator, denominator);
		const draws = draw(40_000, `exp ${numerator}`, (random) => (bernoulliExp(x, random) ? 1n : 0n));
		expect(fits(draws, (v) => [1 - p, p][v] ?? 0, 3)).toBe(true);
	});
});

describe('sampleGeometric', () => {
	it.each([
		[1n, 4n],
		[3n, 2n],
		[1n, 1n],
	])('fits its pmf at rate %d/%d', (numerator, denominator) => {
		const q = Math.exp(-Number(numerator) / Number(denominator));
		const rate = rational(numerator, denominator);
		const draws = draw(30_000, `geometric ${numerator}`, (random) => sampleGeometric(rate, random));
		expect(fits(draws, (v) => (v < 0 ? 0 : (1 - q) * q ** v), 60)).toBe(true);
	});

	it('throws at rate 0', () => {
		expect(() => sampleGeometric(rational(0n, 1n), seededRandom('x'))).toThrow('rate 0');
	});
});

describe('sampleDiscreteLaplace', () => {
	const scale = rational(10n, 3n);
	const pmf = (v: number): number => Math.tanh(0.15) * Math.exp(-0.3 * Math.abs(v));
	const draws = draw(30_000, 'laplace', (random) => sampleDiscreteLaplace(scale, random));

	it('fits its pmf at scale 10/3', () => {
		expect(fits(draws, pmf, 80)).toBe(true);
	});

	it('does not fit when the noise is halved', () => {
		expect(
			fits(
				draws.map((z) => z / 2n),
				pmf,
				80,
			),
		).toBe(false);
	});
});

describe('sampleDiscreteGaussian', () => {
	it.each([
		[1n, 2n],
		[27n, 10n],
		[12n, 1n],
	])('fits its pmf at sigma %d/%d', (numerator, denominator) => {
		const sigma = Number(numerator) / Number(denominator);
		const weight = (v: number): number => Math.exp(-(v ** 2) / (2 * sigma ** 2));
		let total = 0;
		for (let v = -200; v <= 200; v += 1) total += weight(v);
		const exact = rational(numerator, denominator);
		const draws = draw(15_000, `gaussian ${numerator}`, (random) => sampleDiscreteGaussian(exact, random));
		expect(fits(draws, (v) => weight(v) / total, 200)).toBe(true);
	});
});

describe('rational', () => {
	it('reduces, multiplies and measures distance', () => {
		expect(rational(6n, 4n)).toEqual({ numerator: 3n, denominator: 2n });
		expect(multiply(rational(2n, 3n), rational(3n, 4n))).toEqual(rational(1n, 2n));
		expect(distance(rational(1n, 3n), rational(1n, 2n))).toEqual(rational(1n, 6n));
	});

	it.each([
		[-1n, 1n],
		[1n, 0n],
		[1n, -1n],
	])('throws for %d/%d', (numerator, denominator) => {
		expect(() => rational(numerator, denominator)).toThrow('natural numbers');
	});
});
