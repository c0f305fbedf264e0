import { describe, expect, it } from 'vitest';
import { stepLoss } from './step-loss.ts';

/** NB(shape) at q = exp(-rate), with its difference's pmf for 0..most by plain summation. */
function differenceMasses(rate: number, shape: number, most: number): readonly number[] {
	const masses = [(-Math.expm1(-rate)) ** shape];
	for (let j = 0; j < most + 60 / rate; j += 1) {
		masses.push(((masses[j] ?? 0) * Math.exp(-rate) * (shape + j)) / (j + 1));
	}
	return Array.from({ length: most + 1 }, (_, k) =>
		masses.reduce((sum, mass, j) => sum + mass * (masses[j + k] ?? 0), 0),
	);
}

describe('stepLoss', () => {
	// Logarithms of ratios of SciPy 1.17 convolutions of nbinom.pmf.
	it.each([
		[0.1, 0.9, 0.14585743214718286],
		[0.1, 0.75, 0.2543196542413819],
		[0.1, 0.5, 0.605974610403863],
		[0.1, 1 / 3, 1.0360624477802622],
		[0.1, 0.1, 2.3430820094834024],
		[0.5, 2 / 3, 0.8563143549907473],
		[1, 0.9, 1.0989405726547714],
		[1, 0.25, 2.3728396972519037],
	])('at rate %d with %d of the noise is %d', (rate, shape, expected) => {
		const loss = stepLoss(rate, shape);
		expect(loss).toBeGreaterThanOrEqual(expected - 1e-13);
		expect(loss).toBeLessThan(expected + 2e-9);
	});

	it('gives the two figures of the specification: 0.146 with 90 % of the noise at 0.1, 0.606 with half', () => {
		expect(stepLoss(0.1, 0.9)).toBeCloseTo(0.146, 3);
		expect(stepLoss(0.1, 0.5)).toBeCloseTo(0.606, 3);
	});

	it.each([0.05, 0.3, 1, 3])(
		'is the loss of the first step at rate %d, and no later one is larger',
		(rate) => {
			for (const shape of [0.05, 0.3, 0.6, 0.95]) {
				const masses = differenceMasses(rate, shape, 40);
				const losses = masses.slice(1).map((mass, k) => Math.log((masses[k] ?? 0) / mass));
				expect(Math.max(...losses)).toBeLessThanOrEqual(stepLoss(rate, shape));
				for (const [k, loss] of losses.entries()) {
					// Down to what plain summation is good for.
					if (k > 0) expect(loss).toBeLessThanOrEqual((losses[k - 1] ?? 0) + 1e-11);
					expect(loss).toBeGreaterThanOrEqual(rate - 1e-11);
				}
			}
		},
	);

	it('is the rate itself from a whole noise on, and never under it', () => {
		expect(stepLoss(0.1, 1)).toBe(0.1);
		expect(stepLoss(0.1, 7)).toBe(0.1);
		expect(stepLoss(0.1, 1 - 1e-9)).toBeGreaterThanOrEqual(0.1);
	});

	it('goes on to its least rate, and throws beyond it and without a share', () => {
		expect(stepLoss(1e-4, 0.5)).toBeLessThan(0.3);
		for (const rate of [9e-5, 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
			expect(() => stepLoss(rate, 0.5)).toThrow('at least 1e-4');
		}
		for (const shape of [0, -1, Number.NaN]) expect(() => stepLoss(0.1, shape)).toThrow('no honest share');
	});
});
