import { describe, expect, it } from 'vitest';
import { samplePolicy } from '../testing/sample-manifest.ts';
import type { Plan } from './plan.ts';
import { networkSensitivity, networkThreshold } from './release-terms.ts';

const plan: Plan = {
	askKind: 'count',
	cohort: { condition: { code: 'C71.9' } },
	variables: [],
	cells: [[]],
	dataClasses: ['clinical'],
	l1Sensitivity: 1,
	mechanism: 'noised',
	epsilonMicros: 500_000,
};

describe('networkSensitivity', () => {
	it.each([
		[1, 1, 1],
		[1, 3, 3],
		[4, 3, 12],
	])(
		'is %d at one hospital and %d hospitals a patient: %d',
		(l1Sensitivity, hospitalsPerPatient, expected) => {
			expect(networkSensitivity({ ...plan, l1Sensitivity }, { ...samplePolicy, hospitalsPerPatient })).toBe(
				expected,
			);
		},
	);
});

describe('networkThreshold', () => {
	it.each([
		[11, 1, 11],
		[11, 2, 21],
		[11, 100, 1001],
		[2, 1, 3],
		[2, 3, 7],
		[3, 10, 23],
		[1, 1, 1],
		[1, 5, 1],
	])('makes k = %d with %d hospitals a patient %d', (k, hospitalsPerPatient, expected) => {
		expect(networkThreshold({ ...samplePolicy, hospitalsPerPatient }, k)).toBe(expected);
	});

	it('leaves at least k different people in a shown cell, however they are spread', () => {
		for (const hospitalsPerPatient of [1, 2, 3, 7]) {
			const entries = networkThreshold({ ...samplePolicy, hospitalsPerPatient }, 11);
			expect(Math.ceil(entries / hospitalsPerPatient)).toBe(11);
			expect(Math.ceil((entries - 1) / hospitalsPerPatient)).toBeLessThan(11);
		}
	});
});
