import { describe, expect, it } from 'vitest';
import { secaggParameters } from './parameters.ts';
import { sessionParameters } from './session-parameters.ts';

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

	it('raises m up to M where it is asked to, and neither t nor H with it', () => {
		for (let hospitals = 3; hospitals <= 100; hospitals += 1) {
			const usual = secaggParameters(hospitals, null);
			if (!usual.ok) throw new Error(usual.error);
			for (let minimum = 0; minimum <= hospitals + 1; minimum += 1) {
				const isAllowed = minimum >= usual.value.minimum && minimum <= hospitals;
				expect(secaggParameters(hospitals, null, minimum)).toEqual(
					isAllowed ? { ok: true, value: { ...usual.value, minimum } } : { ok: false, error: 'bad-minimum' },
				);
			}
		}
		expect(secaggParameters(4, null, 3.5)).toEqual({ ok: false, error: 'bad-minimum' });
		expect(secaggParameters(4, null, Number.NaN)).toEqual({ ok: false, error: 'bad-minimum' });
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

describe('sessionParameters', () => {
	it.each([
		['noised', 3],
		['exact', 4],
	] as const)('of a %s session of four hospitals: m = %d', (mechanism, minimum) => {
		expect(sessionParameters(4, { colluders: null }, mechanism)).toEqual({
			ok: true,
			value: { hospitals: 4, colluders: 1, threshold: 3, minimum, noiseHospitals: 2 },
		});
	});

	it('refuses a roster that cannot form a session under either mechanism', () => {
		for (const mechanism of ['noised', 'exact'] as const) {
			expect(sessionParameters(2, { colluders: null }, mechanism)).toEqual({
				ok: false,
				error: 'too-few-hospitals',
			});
		}
	});
});
