import { describe, expect, it } from 'vitest';
import type { Answer } from '../client/ask-coordinator.ts';
import { checkAnswer } from './check-answer.ts';

const noise = { hospitals: 2, contributors: 4, bound95: 4, bound1e6: 16 };

function noised(cells: readonly object[], change: Answer = {}): Answer {
	return { status: 'released', mechanism: 'noised', k: null, noise, cells, ...change };
}

function exact(values: readonly (number | null)[], change: Answer = {}): Answer {
	return {
		status: 'released',
		mechanism: 'exact',
		k: 11,
		noise: null,
		cells: values.map((value) => ({ value })),
		...change,
	};
}

const verdicts = (answer: Answer, truth: readonly number[]): readonly boolean[] =>
	checkAnswer(answer, truth).verdicts;

describe('checkAnswer of a noised answer', () => {
	it.each([
		[100, 100, 100],
		[116, 116, 100],
		[84, 84, 100],
		[-3, 0, 5],
		[0, 0, 0],
	])('takes raw %d, shown as %d, where the truth is %d', (raw, value, truth) => {
		expect(verdicts(noised([{ raw, value }]), [truth])).toEqual([true]);
	});

	it.each([
		['a cell one beyond the bound', { raw: 117, value: 117 }, 100],
		['a cell one below the bound', { raw: 83, value: 83 }, 100],
		['a negative number shown', { raw: -3, value: -3 }, 0],
		['another number shown than the noised one', { raw: 100, value: 50 }, 100],
		['a hidden number', { raw: 100, value: null }, 100],
		['no number', { value: 100 }, 100],
		['a number as a text', { raw: '100', value: '100' }, 100],
		['not a number', { raw: Number.NaN, value: Number.NaN }, 100],
		['nothing', null, 0],
	])('finds %s', (_what, cell, truth) => {
		expect(verdicts(noised([cell as object]), [truth])).toEqual([false]);
	});

	it.each([
		['no bound', { noise: null }],
		['a bound that is no number', { noise: { bound1e6: 'wide' } }],
		['a negative bound', { noise: { bound1e6: -1 } }],
	])('takes nothing under %s', (_what, change) => {
		expect(verdicts(noised([{ raw: 5, value: 5 }], change), [5])).toEqual([false]);
	});

	it('takes cells that were fitted to each other, and finds those that were only cut off at zero', () => {
		const cells = [
			{ raw: 50, value: 48 },
			{ raw: -4, value: 0 },
			{ raw: 20, value: 18 },
		];
		expect(verdicts(noised(cells), [51, 0, 20])).toEqual([true, true, true]);
		const cut = cells.map(({ raw }) => ({ raw, value: Math.max(0, raw) }));
		expect(verdicts(noised(cut), [51, 0, 20])).toEqual([false, true, false]);
	});

	it('judges each cell by its own truth: two that are exchanged are found', () => {
		const cells = [50, 90, 20].map((count) => ({ raw: count, value: count }));
		expect(verdicts(noised(cells), [90, 50, 20])).toEqual([false, false, true]);
	});
});

describe('checkAnswer of an exact answer', () => {
	it('takes equal numbers, and small ones hidden with their partners', () => {
		expect(verdicts(exact([100, null, null, 40]), [100, 7, 12, 40])).toEqual([true, true, true, true]);
	});

	it('takes zeros shown where k is 1', () => {
		expect(verdicts(exact([0, 3], { k: 1 }), [0, 3])).toEqual([true, true]);
	});

	it.each<[string, readonly (number | null)[], readonly number[], readonly boolean[], Answer]>([
		['a number off by one', [99], [100], [false], {}],
		['a small number shown', [10], [10], [false], {}],
		['a zero shown', [0, null], [0, 5], [false, true], {}],
		['a number hidden without need', [null, 40], [100, 40], [false, true], {}],
		['a number hidden where k is 1', [null], [0], [false], { k: 1 }],
		['an answer without k', [100], [100], [false], { k: null }],
		['a hidden number without k', [null], [3], [false], { k: undefined }],
		['a mechanism nobody knows, read as exact', [101], [100], [false], { mechanism: 'raw' }],
	])('finds %s', (_what, values, truth, expected, change) => {
		expect(verdicts(exact(values, change), truth)).toEqual(expected);
	});

	it('takes no noised cell for an exact one', () => {
		expect(verdicts(exact([], { cells: [{ raw: 100 }] }), [100])).toEqual([false]);
	});
});

describe('checkAnswer of no answer', () => {
	it.each<[string, Answer]>([
		['withheld', exact([100, 40], { status: 'withheld' })],
		['refused', { status: 'refused', code: 'no-budget' }],
		['of one cell too few', exact([100])],
		['of one cell too many', exact([100, 40, 0])],
		['without cells', exact([], { cells: null })],
		['of nothing', {}],
	])('finds every cell wrong of one %s', (_what, answer) => {
		expect(checkAnswer(answer, [100, 40])).toEqual({ truth: [100, 40], verdicts: [false, false] });
	});
});
