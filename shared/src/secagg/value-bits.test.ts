import { describe, expect, it } from 'vitest';
import { noiseQuantile } from '../noise/noise-quantile.ts';
import { noiseBound, type ValueBounds, valueBitsFor, valueBitsOfPlan } from './value-bits.ts';

const counts: ValueBounds = { hospitals: 100, records: 2n ** 31n, bound: 1n, scaleBits: 0, noise: 0n };

describe('valueBitsFor', () => {
	it.each<[string, Partial<ValueBounds>, number | string]>([
		['counts', {}, 64],
		['one below 2^63', { hospitals: 1, records: 1n, bound: 2n ** 63n - 1n }, 64],
		['2^63 itself', { hospitals: 1, records: 1n, bound: 2n ** 63n }, 128],
		['2^63 by the scale', { hospitals: 4, records: 2n ** 31n, scaleBits: 30 }, 128],
		['2^63 by the last unit of noise', { hospitals: 1, records: 1n, bound: 2n ** 63n - 1n, noise: 1n }, 128],
		['one below 2^127', { hospitals: 1, records: 1n, bound: 2n ** 127n - 1n }, 128],
		['2^127', { hospitals: 1, records: 1n, bound: 2n ** 127n }, 'too-wide'],
	])('holds %s', (_what, change, expected) => {
		const bits = valueBitsFor({ ...counts, ...change });
		expect(bits.ok ? bits.value : bits.error).toBe(expected);
	});
});

describe('valueBitsOfPlan', () => {
	it.each([
		['exact', 0],
		['noised', 100_000],
		['noised', 1],
	] as const)('sums 64-bit values for %s counts at %d micro-epsilon', (mechanism, epsilonMicros) => {
		expect(valueBitsOfPlan({ mechanism, epsilonMicros, l1Sensitivity: 1 })).toBe(64);
	});

	it('takes the second limb where the noise alone needs it', () => {
		const wide = { mechanism: 'noised', epsilonMicros: 1, l1Sensitivity: 2 ** 40 } as const;
		expect(valueBitsOfPlan(wide)).toBe(128);
	});

	it.each([
		[3, 2, 1_000_000],
		[10, 4, 100_000],
		[100, 34, 500_000],
		[100, 2, 1_000_000],
	])('reckons with at least the 2^-64 quantile: %d hospitals, H = %d, %d micro-epsilon', (...given) => {
		const [contributors, hospitals, epsilonMicros] = given;
		const exact = noiseQuantile({ epsilonMicros, l1Sensitivity: 1, hospitals, contributors }, 2 ** -64);
		expect(noiseBound({ epsilonMicros, l1Sensitivity: 1 })).toBeGreaterThanOrEqual(BigInt(exact));
	});
});
