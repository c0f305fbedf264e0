import { describe, expect, it } from 'vitest';
import type { PublishedTable } from './published-table.ts';
import { type Overlap, tellsOfFew } from './tells-of-few.ts';

const k = 11;
const stage = { variable: { element: 'stage' }, categories: ['1', '2', '3', '4'] };
const sex = { variable: { element: 'sex' }, categories: ['female', 'male'] };

function cohortOf(code: string): PublishedTable['cohort'] {
	return { condition: { code } };
}

function count(code: string, shown = true): PublishedTable {
	return { cohort: cohortOf(code), variables: [], shown: [shown], hiddenSums: [] };
}

function byStage(code: string, shown: readonly boolean[] = [true, true, true, true]): PublishedTable {
	return { cohort: cohortOf(code), variables: [stage], shown, hiddenSums: [] };
}

/** Two counts, of which `onlyNew` and `onlyEarlier` patients are in one alone. */
function counts(onlyNew: number, both: number, onlyEarlier: number): Overlap {
	return { sizes: [both + onlyNew], earlierSizes: [both + onlyEarlier], shared: [[both]] };
}

/** A count of which so many are in each cell of a table before. */
function within(sizes: readonly number[], both: readonly number[], outside = 0): Overlap {
	const size = both.reduce((sum, patients) => sum + patients, outside);
	return { sizes: [size], earlierSizes: sizes, shared: both.map((patients) => [patients]) };
}

describe('tellsOfFew, of two cohorts', () => {
	it.each([
		[1, 100, 0, true],
		[10, 100, 0, true],
		[11, 100, 0, false],
		[0, 100, 1, true],
		[0, 100, 10, true],
		[0, 100, 11, false],
		[200, 100, 3, true],
		[200, 100, 30, false],
		[100, 0, 100, false],
		[100, 1, 100, false],
		[100, 10, 100, false],
		[100, 11, 100, false],
	])('with %d only new, %d in both and %d only earlier: %s', (onlyNew, both, onlyEarlier, expected) => {
		const overlap = counts(onlyNew, both, onlyEarlier);
		expect(tellsOfFew({ table: count('C71'), earlier: count('C50'), overlap, k })).toBe(expected);
	});

	it('says of the same patients that it is too much, where other words asked for them, and not where the same', () => {
		const overlap = counts(0, 100, 0);
		expect(tellsOfFew({ table: count('C71'), earlier: count('C50'), overlap, k })).toBe(true);
		expect(tellsOfFew({ table: count('C71'), earlier: count('C71'), overlap, k })).toBe(false);
	});

	it('does not trust the words: the same question with three patients more is too near', () => {
		const overlap = counts(3, 100, 0);
		expect(tellsOfFew({ table: count('C71'), earlier: count('C71'), overlap, k })).toBe(true);
	});

	it.each([
		['the new', count('C71', false), count('C50')],
		['the earlier', count('C71'), count('C50', false)],
	])('has nothing to subtract where %s shows nothing', (_, table, earlier) => {
		expect(tellsOfFew({ table, earlier, overlap: counts(3, 100, 0), k })).toBe(false);
	});

	it('finds nothing too few where k is 1', () => {
		const pair = { table: count('C71'), earlier: count('C50'), overlap: counts(1, 100, 0) };
		expect(tellsOfFew({ ...pair, k: 1 })).toBe(false);
	});

	it.each([
		['more in both than in the new', { sizes: [5], earlierSizes: [100], shared: [[6]] }],
		['more in both than in the earlier', { sizes: [100], earlierSizes: [5], shared: [[6]] }],
		['fewer than nobody', { sizes: [100], earlierSizes: [100], shared: [[-1]] }],
		['half a patient', { sizes: [100], earlierSizes: [100], shared: [[0.5]] }],
		['another shape', { sizes: [100], earlierSizes: [100, 1], shared: [[0], [0]] }],
	])('judges numbers that contradict each other as too near: %s', (_, overlap) => {
		expect(tellsOfFew({ table: count('C71'), earlier: count('C50'), overlap, k })).toBe(true);
	});
});

describe('tellsOfFew, of cells', () => {
	const stages = [40, 50, 60, 70];

	it('finds a count that is a cell but for three patients', () => {
		const overlap = within(stages, [0, 0, 0, 67]);
		expect(tellsOfFew({ table: count('C50'), earlier: byStage('C71'), overlap, k })).toBe(true);
	});

	it('finds a count that is a cell and four patients of another', () => {
		const overlap = within(stages, [4, 0, 0, 70], 0);
		expect(tellsOfFew({ table: count('C50'), earlier: byStage('C71'), overlap, k })).toBe(true);
	});

	it('lets a count pass that cuts every cell, since no single number less it tells of few', () => {
		const overlap = within(stages, [20, 5, 30, 40]);
		expect(tellsOfFew({ table: count('C50'), earlier: byStage('C71'), overlap, k })).toBe(false);
	});

	it('lets two tables of one cohort pass, and the count of all of them, though it is the sum of their cells', () => {
		const sexes: PublishedTable = {
			cohort: cohortOf('C71'),
			variables: [sex],
			shown: [true, true],
			hiddenSums: [],
		};
		const shared = stages.map((patients) => [patients - 5, 5]);
		const overlap = { sizes: [200, 20], earlierSizes: stages, shared };
		expect(tellsOfFew({ table: sexes, earlier: byStage('C71'), overlap, k })).toBe(false);
		const all = within(stages, stages);
		expect(tellsOfFew({ table: count('C71'), earlier: byStage('C71'), overlap: all, k })).toBe(false);
		const hidden = byStage('C71', [false, false, true, true]);
		expect(tellsOfFew({ table: count('C71'), earlier: hidden, overlap: all, k })).toBe(false);
	});

	it('keeps a hidden cell hidden: no later number may give it, nor give it but for a few', () => {
		const hidden = byStage('C71', [false, false, true, true]);
		const partner = within([5, 50, 60, 70], [0, 50, 0, 0]);
		expect(tellsOfFew({ table: count('C50'), earlier: hidden, overlap: partner, k })).toBe(true);
		const nearly = within([5, 50, 60, 70], [0, 50, 0, 0], 6);
		expect(tellsOfFew({ table: count('C50'), earlier: hidden, overlap: nearly, k })).toBe(true);
	});

	it('and none may be hidden whose number was given before', () => {
		const table = byStage('C71', [false, false, true, true]);
		const sizes = [5, 50, 60, 70];
		const overlap = { sizes, earlierSizes: [50], shared: [[0, 50, 0, 0]] };
		expect(tellsOfFew({ table, earlier: count('C50'), overlap, k })).toBe(true);
	});

	it('adds up rows: a table whose shown cells sum to an earlier hidden cell', () => {
		const earlier: PublishedTable = {
			cohort: cohortOf('C71'),
			variables: [sex],
			shown: [false, false],
			hiddenSums: [],
		};
		const table: PublishedTable = {
			cohort: cohortOf('C71'),
			variables: [sex, stage],
			shown: [false, false, false, false, true, true, true, true],
			hiddenSums: [],
		};
		const sizes = [1, 2, 1, 1, 40, 50, 60, 70];
		const shared = [
			[1, 2, 1, 1, 0, 0, 0, 0],
			[0, 0, 0, 0, 40, 50, 60, 70],
		];
		const shownEarlier = { ...earlier, shown: [true, false] };
		const overlap = { sizes, earlierSizes: [5, 220], shared };
		expect(tellsOfFew({ table, earlier: shownEarlier, overlap, k })).toBe(true);
	});

	it('keeps a row unknown that was hidden beside a small one, and no other', () => {
		const base = { cohort: cohortOf('C71'), variables: [sex, stage] };
		const shown = [true, true, true, true, false, false, false, false];
		const sizes = [40, 50, 60, 70, 1, 2, 0, 0];
		const row = { sizes: [220], earlierSizes: sizes, shared: sizes.map((size, at) => [at < 4 ? size : 0]) };
		const table = count('C50');
		const hiddenRow = { ...base, shown: shown.map(() => false), hiddenSums: [{ variable: 0, category: 0 }] };
		const oneShown = { ...hiddenRow, shown: [true, ...shown.slice(1).map(() => false)] };
		expect(tellsOfFew({ table, earlier: oneShown, overlap: row, k })).toBe(true);
		expect(tellsOfFew({ table, earlier: { ...oneShown, hiddenSums: [] }, overlap: row, k })).toBe(true);
		const open = { ...oneShown, hiddenSums: [] };
		const sameRow = { ...base, variables: [sex], shown: [true, false], hiddenSums: [] };
		const overlap = {
			sizes: [220, 30],
			earlierSizes: [...sizes.slice(0, 4), 8, 7, 8, 7],
			shared: [...sizes.slice(0, 4).map((size) => [size, 0]), [0, 8], [0, 7], [0, 8], [0, 7]],
		};
		expect(tellsOfFew({ table: sameRow, earlier: open, overlap, k })).toBe(false);
		expect(tellsOfFew({ table: sameRow, earlier: oneShown, overlap, k })).toBe(true);
	});
});
