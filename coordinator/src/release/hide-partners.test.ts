import { describe, expect, it } from 'vitest';
import type { LinearSolver } from '../linear-solver.ts';
import { noSolver, testSolver } from '../testing/test-solver.ts';
import { hidePartners } from './hide-partners.ts';
import { type ExactCell, hideSmallCells } from './hide-small-cells.ts';
import { type LinearFact, marginFacts } from './published-facts.ts';

const shown = (counts: readonly number[]): readonly ExactCell[] =>
	counts.map((count) => ({ atLeast: BigInt(count), hiddenByHospital: false }));

async function suppress(
	counts: readonly number[],
	facts: readonly LinearFact[],
	k: number,
): Promise<readonly boolean[]> {
	const cells = shown(counts);
	const hidden = await hidePartners({ cells, hidden: hideSmallCells(cells, k), k }, facts, testSolver);
	if (!hidden.ok) throw new Error(hidden.error);
	return hidden.value;
}

describe('hideSmallCells', () => {
	it('hides a cell of 9 and shows one of 10 when k is 10', () => {
		expect(hideSmallCells(shown([9, 10]), 10)).toEqual([true, false]);
	});

	it('hides a zero, because that nobody is there is a fact too', () => {
		expect(hideSmallCells(shown([0, 11]), 11)).toEqual([true, false]);
	});

	it('hides nothing when k is 1', () => {
		expect(hideSmallCells(shown([0, 1]), 1)).toEqual([false, false]);
	});

	it('hides a cell that a hospital hid, however many the others count', () => {
		expect(hideSmallCells([{ atLeast: 500n, hiddenByHospital: true }], 2)).toEqual([true]);
	});

	it.each([0, -1, 2.5, Number.NaN])('throws where k is %d', (k) => {
		expect(() => hideSmallCells(shown([1]), k)).toThrow('positive integer');
	});
});

describe('hidePartners in a list', () => {
	it('leaves a list alone in which nothing is hidden', async () => {
		expect(await suppress([20, 30, 40], marginFacts([3]), 11)).toEqual([false, false, false]);
	});

	it('hides the smallest shown cell beside a single hidden one', async () => {
		expect(await suppress([3, 40, 20], marginFacts([3]), 11)).toEqual([true, false, true]);
	});

	it('leaves two hidden cells whose sum reaches k', async () => {
		expect(await suppress([5, 6, 20], marginFacts([3]), 11)).toEqual([true, true, false]);
	});

	it('hides a third where two hidden cells sum to less than k', async () => {
		expect(await suppress([0, 2, 20, 30], marginFacts([4]), 11)).toEqual([true, true, true, false]);
	});

	it('hides everything where no partner is left', async () => {
		expect(await suppress([1, 2], marginFacts([2]), 11)).toEqual([true, true]);
		expect(await suppress([4], marginFacts([1]), 11)).toEqual([true]);
	});

	it('leaves a single count, which has no sum to be computed from, hidden by itself', async () => {
		expect(await suppress([4], marginFacts([]), 11)).toEqual([true]);
		expect(await suppress([40], marginFacts([]), 11)).toEqual([false]);
	});

	it('counts a negative sum of a lying hospital as nothing', async () => {
		expect(await suppress([-500, 12, 20], marginFacts([3]), 11)).toEqual([true, true, false]);
	});
});

describe('hidePartners in a table', () => {
	it('hides a rectangle around one small cell', async () => {
		expect(await suppress([3, 40, 50, 60], marginFacts([2, 2]), 11)).toEqual([true, true, true, true]);
	});

	it('chooses the rectangle that hides the fewest patients besides', async () => {
		const counts = [5, 90, 20, 90, 90, 90, 15, 90, 12];
		expect(await suppress(counts, marginFacts([3, 3]), 11)).toEqual([
			...[true, false, true],
			...[false, false, false],
			...[true, false, true],
		]);
	});

	it('leaves six hidden cells that protect each other in a ring, where no four do', async () => {
		const counts = [9, 9, 50, 50, 9, 9, 9, 50, 9];
		expect(await suppress(counts, marginFacts([3, 3]), 11)).toEqual([
			...[true, true, false],
			...[false, true, true],
			...[true, false, true],
		]);
	});

	it('hides the whole table where a margin is too small', async () => {
		expect(await suppress([0, 0, 0, 12], marginFacts([2, 2]), 11)).toEqual([true, true, true, true]);
	});

	it('hides the whole of a table with one column, whose margins are its cells', async () => {
		expect(await suppress([3, 40, 50], marginFacts([3, 1]), 11)).toEqual([true, true, true]);
	});

	it('hides the eight corners of a box around one small cell of three variables', async () => {
		const counts = Array.from({ length: 27 }, (_, at) => (at === 0 ? 2 : 40));
		const hidden = await suppress(counts, marginFacts([3, 3, 3]), 11);
		expect(hidden.filter((flag) => flag)).toHaveLength(8);
	});
});

describe('hidePartners that cannot do its work', () => {
	const cells = shown([3, 40, 20]);
	const suppression = { cells, hidden: hideSmallCells(cells, 11), k: 11 };
	const everything = { ok: true, value: [true, true, true] };

	it('hides everything where there is no solver', async () => {
		expect(await hidePartners(suppression, marginFacts([3]), noSolver)).toEqual(everything);
	});

	it('hides everything where the solver finds nothing', async () => {
		expect(
			await hidePartners(
				suppression,
				marginFacts([3]),
				solverThatSays(() => null),
			),
		).toEqual(everything);
	});

	it('says so where the time was over, whatever was found by then', async () => {
		const late = solverThatSays(() => null, { isOutOfTime: true });
		const told = await hidePartners(suppression, marginFacts([3]), late);
		expect(told).toEqual({ ok: false, error: 'took-too-long' });
	});

	it.each([
		['a table with other sums', 11],
		['half patients', 0.5],
		['no numbers', Number.NaN],
	])('hides everything where the solver says %s', async (_, value) => {
		const lying = solverThatSays((columns) => Array.from({ length: columns }, () => value));
		expect(await hidePartners(suppression, marginFacts([3]), lying)).toEqual(everything);
	});

	it('hides everything where a cell that is a sum of others is not', async () => {
		const total = shown([3, 40, 20, 64]);
		const facts = [{ plus: [0, 1, 2], minus: [3] }];
		const told = await hidePartners(
			{ ...suppression, cells: total, hidden: [true, false, false, false] },
			facts,
			testSolver,
		);
		expect(told).toEqual({ ok: true, value: [true, true, true, true] });
	});

	it('refuses more than 512 cells whatever they hold, and takes 512', async () => {
		const many = shown(Array.from({ length: 513 }, () => 50));
		const flags = many.map(() => false);
		const facts = marginFacts([27, 19]);
		expect(await hidePartners({ cells: many, hidden: flags, k: 11 }, facts, noSolver)).toEqual({
			ok: false,
			error: 'too-many-cells',
		});
		const fewer = { cells: many.slice(1), hidden: flags.slice(1), k: 11 };
		expect((await hidePartners(fewer, marginFacts([16, 32]), noSolver)).ok).toBe(true);
	});

	it('throws where cells, flags and facts disagree', async () => {
		await expect(suppress([1, 2, 3], marginFacts([2, 2]), 11)).rejects.toThrow('do not fit');
		const short = { ...suppression, hidden: [true] };
		await expect(hidePartners(short, marginFacts([3]), testSolver)).rejects.toThrow('do not fit');
	});
});

function solverThatSays(
	answer: (columns: number) => readonly number[] | null,
	{ isOutOfTime } = { isOutOfTime: false },
): LinearSolver {
	return {
		open: async ({ lower }) => ({
			bound: () => undefined,
			minimize: async () => answer(lower.length),
			pivots: () => 0,
			isOutOfTime: () => isOutOfTime,
			close: () => undefined,
		}),
	};
}
