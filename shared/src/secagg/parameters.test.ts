import { describe, expect, it } from 'vitest';
import { secaggParameters } from './parameters.ts';

describe('secaggParameters', () => {
	it.each([
		[3, 1, 3, 2],
		[4, 1, 3, 2],
		[5, 1, 4, 3],
		[10, 3, 7, 4],
		[100, 33, 67, 34],
	])('gives M = %d: T = %d, t = m = %d, H = %d', (hospitals, colluders, threshold, noiseHospitals) => {
		expect(secaggParameters(hospitals, null)).toEqual({
			ok: true,
			value: { hospitals, colluders, threshold, minimum: threshold, noiseHospitals },
		});
	});

	it('never lets two sums open, for M = 3..100 and every T it accepts', () => {
		for (let hospitals = 3; hospitals <= 100; hospitals += 1) {
			let accepted = 0;
			for (const asked of [null, ...Array.from({ length: hospitals + 1 }, (_, i) => i)]) {
				const result = secaggParameters(hospitals, asked);
				if (!result.ok) continue;
				accepted += 1;
				const { colluders: T, threshold: t, minimum: m, noiseHospitals: H } = result.value;
				expect(T).toBeGreaterThanOrEqual(Math.max(1, Math.floor((hospitals - 1) / 3)));
				expect(2 * t).toBeGreaterThan(hospitals + T);
				expect(2 * m).toBeGreaterThan(hospitals + T);
				expect(t <= m && m <= hospitals && H === m - T && H >= 2).toBe(true);
			}
			expect(accepted).toBeGreaterThanOrEqual(2);
		}
	});

	it.each([
		[2, null, 'too-few-hospitals'],
		[0, null, 'too-few-hospitals'],
		[Number.NaN, null, 'too-few-hospitals'],
		[3.5, null, 'too-few-hospitals'],
		[101, null, 'too-many-hospitals'],
		[10, 2, 'bad-colluders'],
		[10, 0, 'bad-colluders'],
		[10, 3.5, 'bad-colluders'],
		[10, -1, 'bad-colluders'],
		[10, 9, 'bad-colluders'],
		[3, 2, 'bad-colluders'],
	])('refuses M = %d with T = %s: %s', (hospitals, colluders, error) => {
		expect(secaggParameters(hospitals, colluders)).toEqual({ ok: false, error });
	});
});
