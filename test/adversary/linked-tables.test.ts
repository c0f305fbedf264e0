// The attack: two tables of the same patients, each of them safe, and cells of the one that are sums of the other's.
// The defence: they are audited together, over all that ties them to each other.

import { describe, expect, it } from 'vitest';
import { isProtected } from '../../coordinator/src/release/feasible-move.ts';
import { hidePartners } from '../../coordinator/src/release/hide-partners.ts';
import { hideSmallCells } from '../../coordinator/src/release/hide-small-cells.ts';
import { type LinearFact, marginFacts } from '../../coordinator/src/release/published-facts.ts';
import { feasibleIntervals, narrowestInterval } from '../../coordinator/src/testing/feasible-interval.ts';
import { testSolver } from '../../coordinator/src/testing/test-solver.ts';
import { exactCellsOf } from '../exact/random-tables.ts';

const k = 11;
/** Four grades, and the same patients as low (first and third) and high (second and fourth). */
const fine = [5, 12, 30, 40];
const coarse = [35, 52];
const together = [...fine, ...coarse];
const links: readonly LinearFact[] = [
	{ plus: [0, 2], minus: [4] },
	{ plus: [1, 3], minus: [5] },
];
const facts = [...marginFacts([4]), ...marginFacts([2], 4), ...links];

async function hiddenIn(
	counts: readonly number[],
	known: readonly LinearFact[],
): Promise<readonly boolean[]> {
	const cells = exactCellsOf(counts);
	const told = await hidePartners({ cells, hidden: hideSmallCells(cells, k), k }, known, testSolver);
	if (!told.ok) throw new Error(told.error);
	return told.value;
}

describe('two linked tables', () => {
	it('are each safe alone', async () => {
		const alone = await hiddenIn(fine, marginFacts([4]));
		expect(alone).toEqual([true, true, false, false]);
		expect(narrowestInterval(fine, alone, marginFacts([4]))).toBeGreaterThanOrEqual(k);
		expect(await hiddenIn(coarse, marginFacts([2]))).toEqual([false, false]);
	});

	it('teeth: released side by side, they tell the small cell to the last patient', async () => {
		const alone = [
			...(await hiddenIn(fine, marginFacts([4]))),
			...(await hiddenIn(coarse, marginFacts([2]))),
		];
		expect(feasibleIntervals(together, alone, facts)[0]).toEqual([5, 5]);
		// What kept the small cell apart in the one table is no move in both.
		const swap = [7, -7, 0, 0, 0, 0];
		expect(
			isProtected(
				{ cells: exactCellsOf(fine), facts: marginFacts([4]) },
				{ hidden: [true, true, false, false], k },
				[swap.slice(0, 4), [-5, 5, 0, 0]],
			),
		).toBe(true);
		expect(
			isProtected({ cells: exactCellsOf(together), facts }, { hidden: alone, k }, [
				swap,
				[-5, 5, 0, 0, 0, 0],
			]),
		).toBe(false);
	});

	it('hold: audited together, every hidden cell stays unknown over at least k', async () => {
		const hidden = await hiddenIn(together, facts);
		expect(hidden[0]).toBe(true);
		expect(hidden).toContain(false);
		expect(narrowestInterval(together, hidden, facts)).toBeGreaterThanOrEqual(k);
	});
});

describe('margins minus cells', () => {
	const counts = [3, 40, 50, 60, 70, 80, 90, 100, 20];
	const margins = marginFacts([3, 3]);

	it('teeth: the threshold alone gives the cell back, and the audit does not pass it', () => {
		const small = hideSmallCells(exactCellsOf(counts), k);
		expect(feasibleIntervals(counts, small, margins)[0]).toEqual([3, 3]);
		expect(isProtected({ cells: exactCellsOf(counts), facts: margins }, { hidden: small, k }, [])).toBe(
			false,
		);
	});

	it('hold: with its partners the cell is unknown over at least k', async () => {
		const hidden = await hiddenIn(counts, margins);
		expect(hidden.filter((flag) => flag)).toHaveLength(4);
		expect(narrowestInterval(counts, hidden, margins)).toBeGreaterThanOrEqual(k);
	});
});
