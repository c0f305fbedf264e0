// Against numbers of SciPy 1.17: scipy.stats.beta.ppf and scipy.special.betainc.

import { describe, expect, it } from 'vitest';
import { binomialTail, lowerBound, regularizedBeta, upperBound } from './clopper-pearson.ts';

const isNear = (value: number, expected: number): boolean =>
	Math.abs(value - expected) <= 1e-9 * Math.max(expected, 1e-12);

describe('regularizedBeta', () => {
	it.each([
		[0.3, 2, 5, 0.5798250000000003],
		[0.9, 0.5, 3, 0.9996750253207289],
		[0.2701, 27_000, 73_001, 0.5295898436749031],
		[0.01, 1, 1000, 0.9999568287525893],
	])('at %d with %d and %d', (x, a, b, expected) => {
		expect(isNear(regularizedBeta(x, a, b), expected)).toBe(true);
	});
});

describe('the bounds of Clopper and Pearson', () => {
	it.each([
		[0, 10, 0.025, 0, 0.3084971078187607],
		[3, 10, 0.025, 0.06673951117773447, 0.6524528500599973],
		[10, 10, 0.025, 0.6915028921812392, 1],
		[27_000, 100_000, 5e-7, 0.2631653850700097, 0.2769096019748526],
		[73_106, 100_000, 1.25e-8, 0.7231921540936537, 0.7388305298369127],
		[1, 1000, 1e-6, 1.0000004995003329e-9, 0.01655816417471414],
		[500, 1000, 1e-9, 0.4055480765596944, 0.594451923510972],
	])('of %d in %d at %d', (successes, runs, alpha, lower, upper) => {
		expect(isNear(lowerBound({ successes, runs }, alpha), lower)).toBe(true);
		expect(isNear(upperBound({ successes, runs }, alpha), upper)).toBe(true);
	});
});

describe('binomialTail', () => {
	it('is the sum of the binomial pmf, by hand for ten coins', () => {
		expect(isNear(binomialTail({ successes: 8, runs: 10 }, 0.5), (45 + 10 + 1) / 1024)).toBe(true);
		expect(binomialTail({ successes: 0, runs: 10 }, 0.5)).toBe(1);
		expect(binomialTail({ successes: 11, runs: 10 }, 0.5)).toBe(0);
	});
});
