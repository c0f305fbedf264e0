import { describe, expect, it } from 'vitest';
import { percentile, summarize } from './percentiles.ts';

describe('percentile', () => {
	it('is the value of the nearest rank, whatever the order', () => {
		const values = [15, 20, 35, 40, 50].toReversed();
		expect([5, 30, 40, 50, 100].map((percent) => percentile(values, percent))).toEqual([15, 20, 20, 35, 50]);
	});

	it('sorts as numbers, not as texts', () => {
		expect(percentile([9, 10, 100], 50)).toBe(10);
	});

	it('throws where nothing was measured', () => {
		expect(() => percentile([], 50)).toThrow(RangeError);
	});
});

describe('summarize', () => {
	it('gives the middle, the slow end and the number', () => {
		const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
		expect(summarize(hundred)).toEqual({ p50: 50, p95: 95, n: 100 });
	});
});
