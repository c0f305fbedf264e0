// The audit's feasible intervals, and the patterns it passes, against every table of whole patients there is.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFeasibleMove, isProtected, type Move } from '../../coordinator/src/release/feasible-move.ts';
import { hidePartners } from '../../coordinator/src/release/hide-partners.ts';
import { hideSmallCells } from '../../coordinator/src/release/hide-small-cells.ts';
import { searchIntervals } from '../../coordinator/src/release/search-intervals.ts';
import { feasibleIntervals, narrowestInterval } from '../../coordinator/src/testing/feasible-interval.ts';
import { testSolver } from '../../coordinator/src/testing/test-solver.ts';
import { exactCellsOf, linkedLists, type RandomTable, smallTables } from './random-tables.ts';

const seed = { seed: 20261124, numRuns: 250 };

const withPattern = (tables: fc.Arbitrary<RandomTable>): fc.Arbitrary<[RandomTable, boolean[]]> =>
	tables.chain((table) => {
		const length = table.counts.length;
		return fc.tuple(fc.constant(table), fc.array(fc.boolean(), { minLength: length, maxLength: length }));
	});

/** Every hidden cell's ends as the audit finds them, and the checked moves that lead there. */
async function audited(
	{ counts, facts }: RandomTable,
	hidden: readonly boolean[],
): Promise<{ readonly intervals: readonly (readonly number[] | null)[]; readonly moves: readonly Move[] }> {
	const published = { cells: exactCellsOf(counts), facts };
	const search = await searchIntervals(published, hidden, testSolver);
	if (search === null) throw new Error('no solver');
	const moves: Move[] = [];
	const intervals: (readonly number[] | null)[] = [];
	for (const [at, count] of counts.entries()) {
		const ends = hidden[at] === true ? (await search.ends(at)).filter((end) => end !== null) : [];
		const checked = ends.filter((end) => isFeasibleMove(published, hidden, end));
		moves.push(...checked);
		const values = [count, ...checked.map((move) => count + (move[at] ?? 0))];
		intervals.push(hidden[at] === true ? [Math.min(...values), Math.max(...values)] : null);
	}
	search.close();
	return { intervals, moves };
}

describe('the feasible interval of every hidden cell, whatever else is hidden', () => {
	it('is the one that enumeration finds, in lists and tables of two variables', async () => {
		const flat = smallTables.filter(({ counts }) => counts.length !== 8);
		await fc.assert(
			fc.asyncProperty(withPattern(flat), async ([table, hidden]) => {
				fc.pre(!isThreeWay(table));
				const { intervals } = await audited(table, hidden);
				expect(intervals).toEqual(feasibleIntervals(table.counts, hidden, table.facts));
			}),
			seed,
		);
	});

	it('is never wider than enumeration finds, with three variables and with links', async () => {
		await fc.assert(
			fc.asyncProperty(withPattern(fc.oneof(smallTables, linkedLists)), async ([table, hidden]) => {
				const truth = feasibleIntervals(table.counts, hidden, table.facts);
				const { intervals, moves } = await audited(table, hidden);
				for (const [at, interval] of intervals.entries()) {
					const [least = 0, most = 0] = interval ?? [];
					expect(least).toBeGreaterThanOrEqual(truth[at]?.[0] ?? 0);
					expect(most).toBeLessThanOrEqual(truth[at]?.[1] ?? 0);
				}
				const published = { cells: exactCellsOf(table.counts), facts: table.facts };
				if (isProtected(published, { hidden, k: table.k }, moves)) {
					expect(narrowestInterval(table.counts, hidden, table.facts)).toBeGreaterThanOrEqual(table.k);
				}
			}),
			seed,
		);
	});
});

describe('hidePartners', () => {
	it.each([
		['of one to three variables', smallTables],
		['linked to a coarser one', linkedLists],
	])('leaves every hidden cell of a table %s feasible over at least k', async (_, tables) => {
		let partlyHidden = 0;
		let unsafeAtFirst = 0;
		await fc.assert(
			fc.asyncProperty(tables, async ({ counts, facts, k }) => {
				const cells = exactCellsOf(counts);
				const small = hideSmallCells(cells, k);
				const told = await hidePartners({ cells, hidden: small, k }, facts, testSolver);
				if (!told.ok) throw new Error(told.error);
				const hidden = told.value;
				expect(small.every((flag, at) => !flag || hidden[at] === true)).toBe(true);
				// Where everything is hidden nothing is released that the sums would not tell by themselves.
				if (!hidden.includes(true) || !hidden.includes(false)) return;
				partlyHidden += 1;
				if (narrowestInterval(counts, small, facts) < k) unsafeAtFirst += 1;
				expect(narrowestInterval(counts, hidden, facts)).toBeGreaterThanOrEqual(k);
			}),
			seed,
		);
		// Teeth: the threshold alone would not have done, and the rule does not just hide all.
		expect(partlyHidden).toBeGreaterThan(50);
		expect(unsafeAtFirst).toBeGreaterThan(25);
	});

	it('holds for the true counts where a hospital hid its part, of which it knows a lower bound only', async () => {
		const parts = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 9, maxLength: 9 });
		const flags = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 9, maxLength: 9 });
		const table = smallTables.filter(({ counts, facts }) => counts.length === 9 && facts.length === 6);
		await fc.assert(
			fc.asyncProperty(table, parts, flags, async ({ counts, facts, k }, part, flag) => {
				const cells = exactCellsOf(counts).map((cell, at) => ({ ...cell, hiddenByHospital: flag[at] === 0 }));
				const told = await hidePartners({ cells, hidden: hideSmallCells(cells, k), k }, facts, testSolver);
				if (!told.ok || !told.value.includes(true) || !told.value.includes(false)) return;
				const truth = counts.map((count, at) => count + (flag[at] === 0 ? (part[at] ?? 0) : 0));
				expect(narrowestInterval(truth, told.value, facts)).toBeGreaterThanOrEqual(k);
			}),
			{ ...seed, numRuns: 60 },
		);
	});

	it('says the same twice', async () => {
		await fc.assert(
			fc.asyncProperty(smallTables, async ({ counts, facts, k }) => {
				const cells = exactCellsOf(counts);
				const suppression = { cells, hidden: hideSmallCells(cells, k), k };
				const once = await hidePartners(suppression, facts, testSolver);
				expect(await hidePartners(suppression, facts, testSolver)).toEqual(once);
			}),
			{ ...seed, numRuns: 60 },
		);
	});
});

function isThreeWay({ counts, facts }: RandomTable): boolean {
	return [...counts.keys()].some((at) => facts.filter(({ plus }) => plus.includes(at)).length === 3);
}
