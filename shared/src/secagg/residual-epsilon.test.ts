import { describe, expect, it } from 'vitest';
import { type SecaggParameters, secaggParameters } from './parameters.ts';
import { opensTwoSums, residualEpsilon } from './residual-epsilon.ts';

function parametersOf(hospitals: number): SecaggParameters {
	const parameters = secaggParameters(hospitals, null);
	if (!parameters.ok) throw new Error(parameters.error);
	return parameters.value;
}

/** At the fewest contributors, as the table of docs/disclosure.md has it. */
function residualOf(hospitals: number, colluders: number, epsilon: number, l1Sensitivity = 1): number {
	const parameters = parametersOf(hospitals);
	const plan = { epsilonMicros: epsilon * 1e6, l1Sensitivity };
	return residualEpsilon(plan, { parameters, contributors: parameters.minimum, colluders });
}

describe('residualEpsilon', () => {
	it('is the stated epsilon up to T colluders, for every roster', () => {
		for (let hospitals = 3; hospitals <= 100; hospitals += 1) {
			const { colluders } = parametersOf(hospitals);
			expect(residualOf(hospitals, colluders, 0.1)).toBe(0.1);
			expect(residualOf(hospitals, colluders + 1, 0.1)).toBeGreaterThan(0.1);
		}
	});

	it.each([
		['M = 3, both others: each stands alone under half the noise', 3, 2, 0.605975],
		['M = 4: two rosters open', 4, 2, 0.605975],
		['M = 5: two of three shares are left', 5, 2, 0.342915],
		['M = 10: two rosters open, and one of four is left', 10, 4, 1.352932],
		['M = 11: four of five', 11, 4, 0.211751],
		['M = 11, one more: two rosters open', 11, 5, 1.598046],
	])('at 0.1 with %s', (_what, hospitals, colluders, expected) => {
		expect(residualOf(hospitals, colluders, 0.1)).toBeCloseTo(expected, 6);
	});

	it('grows with the colluders and falls with the contributors', () => {
		const parameters = parametersOf(20);
		const at = (contributors: number, colluders: number): number =>
			residualEpsilon({ epsilonMicros: 100_000, l1Sensitivity: 1 }, { parameters, contributors, colluders });
		for (let colluders = 1; colluders < 13; colluders += 1) {
			expect(at(14, colluders)).toBeGreaterThanOrEqual(at(14, colluders - 1));
			expect(at(15, colluders)).toBeLessThanOrEqual(at(14, colluders));
		}
	});

	it('counts every step of a patient who changes a vector by more than one', () => {
		expect(residualOf(5, 2, 0.4, 4)).toBeCloseTo(4 * 0.342915, 5);
	});

	it.each([
		[3, 1],
		[6, 1],
		[4, 4],
		[4, -1],
		[4, 1.5],
		[4.5, 1],
	])('throws at %d contributors with %d colluders of a roster of five', (contributors, colluders) => {
		const plan = { epsilonMicros: 100_000, l1Sensitivity: 1 };
		expect(() => residualEpsilon(plan, { parameters: parametersOf(5), contributors, colluders })).toThrow(
			RangeError,
		);
	});
});

describe('opensTwoSums', () => {
	it('is never so with T colluders or fewer, and is so with T + 2 at most', () => {
		for (let hospitals = 3; hospitals <= 100; hospitals += 1) {
			const parameters = parametersOf(hospitals);
			expect(opensTwoSums(parameters, parameters.colluders)).toBe(false);
			expect(opensTwoSums(parameters, parameters.colluders + 2)).toBe(true);
		}
	});

	it('is so where the honest hospitals can be split so that each part makes t with all colluders', () => {
		for (let hospitals = 3; hospitals <= 30; hospitals += 1) {
			const parameters = parametersOf(hospitals);
			for (let colluders = 0; colluders < hospitals; colluders += 1) {
				const honest = hospitals - colluders;
				const splits = Array.from({ length: honest + 1 }, (_, first) => [first, honest - first] as const);
				const isSplit = splits.some(([a, b]) => Math.min(a, b) + colluders >= parameters.threshold);
				expect(opensTwoSums(parameters, colluders)).toBe(isSplit);
			}
		}
	});
});
