// Attacks for which there is no question: minimum and maximum, bounds and edges of the asker's own, statistics of a model
// fitted to few patients, iterates that the asker chooses, one hospital's own codes. The language has no such ask, and a
// question that tries is refused with the place of the mistake. Teeth: what each would give, worked out on the data.

import { parseQuestion } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { testDictionary } from '../../coordinator/src/testing/test-policy.ts';
import { smallDictionary } from '../index/small-dictionary.ts';
import { counting, planOf } from './ask-patients.ts';

const carriers = { gene: { symbol: 'IDH1' } };
/** The last of them is the only one over 100. */
const ages = [34, 41, 47, 52, 55, 58, 61, 66, 70, 104];

/** Paths of what is wrong; none where the question is taken. */
function mistakesIn(question: unknown, dictionary = testDictionary): readonly string[] {
	const parsed = parseQuestion(question, dictionary);
	return parsed.ok ? [] : parsed.error.map(({ path }) => path);
}

function asking(ask: unknown): unknown {
	return counting(carriers, 0.5, ask);
}

describe('statistics that are one patient’s value', () => {
	it('teeth: the maximum is the oldest patient’s age, and the mean over bounds of the data moves with it', () => {
		expect(Math.max(...ages)).toBe(104);
		const scaled = (of: readonly number[]): number =>
			of.reduce((sum, age) => sum + (age - Math.min(...of)) / (Math.max(...of) - Math.min(...of)), 0);
		// One patient more or less moves a sum whose bounds come from the data by far more than one record may: 1.
		expect(Math.abs(scaled(ages) - scaled(ages.slice(0, -1)))).toBeGreaterThan(1);
	});

	it.each([
		['minimum', { minimum: { of: 'sex' } }],
		['maximum', { maximum: { of: 'sex' } }],
		['median', { median: { of: 'sex' } }],
		['mean with bounds of the data', { mean: { of: 'sex', bounds: 'data' } }],
		['list', { patients: {} }],
		['sum', { sum: { of: 'sex' } }],
	])('hold: refuses %s', (_what, ask) => {
		expect(mistakesIn(asking(ask))).toContainEqual(expect.stringMatching(/^\/ask/));
	});
});

describe('bins of the asker’s own', () => {
	it('teeth: an edge on each side of the outlier makes a cell of one patient', () => {
		const edges = [0, 100, 104.5];
		const cells = edges
			.slice(1)
			.map((to, at) => ages.filter((age) => age >= (edges[at] ?? 0) && age < to).length);
		expect(cells).toEqual([9, 1]);
	});

	it.each([
		['edges', { histogram: { of: 'first-number', edges: [0, 9.9, 10] } }],
		['bins', { histogram: { of: 'first-number', bins: 1000 } }],
		['a range', { histogram: { of: 'first-number', range: [9, 10] } }],
	])('hold: refuses %s beside a histogram', (_what, ask) => {
		const mistakes = mistakesIn(counting({ condition: { code: 'top' } }, 0.5, ask), smallDictionary);
		expect(mistakes).toContainEqual(expect.stringMatching(/^\/ask\/histogram/));
	});

	it('hold: a histogram has the dictionary’s bins, the last of them open to the bound, before data are seen', () => {
		const plan = planOf(asking({ histogram: { of: 'sex' } }));
		expect(plan.cells).toEqual([['female'], ['male'], ['unknown']]);
		const parsed = parseQuestion(
			counting({ condition: { code: 'top' } }, 0.5, { histogram: { of: 'first-number' } }),
			smallDictionary,
		);
		expect(parsed.ok).toBe(true);
	});
});

describe('regressions', () => {
	it('teeth: a column that is 1 for one patient alone has that patient’s outcome as its coefficient', () => {
		const outcome = [3, 5, 4, 9];
		const indicator = [0, 0, 0, 1];
		// Least squares on a constant and the indicator: the mean of the others, and what the one is above it.
		const others = outcome.filter((_, at) => indicator[at] === 0);
		const constant = others.reduce((sum, y) => sum + y, 0) / others.length;
		const coefficient = (outcome[3] ?? 0) - constant;
		expect(constant + coefficient).toBe(outcome[3]);
	});

	it.each([
		['a linear model', { regression: { outcome: 'sex', on: ['sex'] } }],
		['a logistic model at a chosen iterate', { logistic: { outcome: 'sex', on: ['sex'], beta: [0, 1] } }],
		['a gradient at a chosen point', { gradient: { at: [1, 2, 3] } }],
		['a survival model', { cox: { time: 'sex', event: 'sex' } }],
	])('hold: there is no ask for %s', (_what, ask) => {
		expect(mistakesIn(asking(ask))).toContainEqual(expect.stringMatching(/^\/ask/));
	});
});

describe('a cohort at one hospital', () => {
	it('teeth: a code that only one hospital uses counts that hospital alone', () => {
		const codes = [
			['C71.9', 'NORTH-7'],
			['C71.9', 'C71.9'],
		];
		expect(codes.map((of) => of.filter((code) => code === 'NORTH-7').length)).toEqual([1, 0]);
	});

	it.each([
		['a local code', { condition: { code: 'NORTH-7' } }],
		['a local element', { element: { id: 'ward', in: ['7'] } }],
		['a local value', { element: { id: 'sex', in: ['female', 'north-x'] } }],
		['a hospital', { hospital: 'north' }],
		['a gene nobody has', { gene: { symbol: 'NORTH1' } }],
		['a scanner', { imaging: { modality: 'MR', station: 'NORTH-MR-1' } }],
		['a pseudonym', { patient: 'a'.repeat(64) }],
	])('hold: refuses a cohort by %s', (_what, cohort) => {
		expect(mistakesIn(counting(cohort, 0.5))).toContainEqual(expect.stringMatching(/^\/cohort/));
	});

	it.each([
		['hospitals', { hospitals: ['north'] }],
		['a breakdown', { breakdown: 'hospital' }],
		['a receiver', { audience: 'north' }],
	])('hold: refuses %s beside the question, which alone is taken', (_what, more) => {
		expect(mistakesIn(asking({ count: {} }))).toEqual([]);
		expect(mistakesIn({ ...(asking({ count: {} }) as object), ...more })).not.toEqual([]);
	});
});
