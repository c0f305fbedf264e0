import { describe, expect, it } from 'vitest';
import { rhoMicrosOf } from './rho-of-epsilon.ts';

describe('rhoMicrosOf', () => {
	it.each([
		[0, 0],
		[1, 1],
		[1_000, 1],
		[2_000, 2],
		[2_001, 3],
		[100_000, 5_000],
		[500_000, 125_000],
		[1_000_000, 500_000],
		[10_000_000, 50_000_000],
		// 1000 squared is past what a double holds of millionths squared.
		[1_000_000_001, 500_000_001_001],
	])('is epsilon squared over two, rounded up: %d is %d', (epsilon, rho) => {
		expect(rhoMicrosOf(epsilon)).toBe(rho);
	});

	it.each([-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER])('throws at %d', (epsilon) => {
		expect(() => rhoMicrosOf(epsilon)).toThrow();
	});
});
