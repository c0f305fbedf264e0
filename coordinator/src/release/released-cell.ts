// One cell of an answer as the researcher reads it, under either mechanism.

import {
	isPlausibleSum,
	type Mechanism,
	type NoisedMargin,
	type NoiseSpread,
	noisedAnswer,
	ok,
	type Plan,
	type Result,
	readMerged,
	readReleased,
	releaseCount,
} from '@cordon/shared';
import type { LinearSolver } from '../linear-solver.ts';
import type { MergedCell } from '../session.ts';
import type { ExactCell } from './hide-small-cells.ts';
import { hideTable, type TableSum } from './hide-table.ts';

export interface ReleasedCell {
	readonly key: readonly string[];
	/** Patients; for `exists` 1 (at least k) or 0. null is hidden, never zero. */
	readonly value: number | null;
	/** Contains the true sum with probability 0.95 at least, a cell at a time; null where hidden and for `exists`. */
	readonly interval: readonly [number, number] | null;
	/** The sum with its noise, before cells were fitted to each other; absent where exact and for `exists`. */
	readonly raw?: number;
}

/** An exact table, and the rows and columns that are to stay unknown like its hidden cells. */
export interface ReleasedTable {
	readonly cells: readonly ReleasedCell[];
	readonly hiddenSums: readonly TableSum[];
}

export interface NoisedCells {
	readonly cells: readonly ReleasedCell[];
	readonly margins: readonly NoisedMargin[];
}

/**
 * Whether honest hospitals can have added up to this cell. One that lies can make a sum anything, a number beyond 2^53
 * or a true count below zero; that must end one session, and not the program.
 */
export function isPlausible({ count, hiddenByHospital }: MergedCell, mechanism: Mechanism): boolean {
	if (count === null) return mechanism === 'exact' && hiddenByHospital;
	if (mechanism === 'noised' && hiddenByHospital) return false;
	return isPlausibleSum(count) && (mechanism === 'noised' || readMerged(count) >= 0n);
}

/**
 * Cells whose counts carry noise already, with the margins of their table.
 *
 * Errors  throws where a cell has no count: such a cell is not plausible, so this is a bug.
 */
export function noisedCells(
	plan: Plan,
	merged: readonly MergedCell[],
	{ spread, k }: { readonly spread: NoiseSpread; readonly k: number },
): Result<NoisedCells, 'implausible-sum'> {
	const counts = merged.map(({ count, hiddenByHospital }) => {
		if (count === null || hiddenByHospital) throw new Error('a noised cell without a count');
		return count;
	});
	if (plan.askKind !== 'exists') return noisedAnswer(plan, counts, spread);
	// Whoever may ask only whether patients exist is not shown how many: the noised count decides and is dropped.
	const cells = counts.map((count, at) => {
		const value = readReleased(releaseCount(count)) >= k ? 1 : 0;
		return { key: plan.cells[at] ?? [], value, interval: null };
	});
	return ok({ cells, margins: [] });
}

/**
 * True counts, after the threshold and complementary suppression. `k` is the network's threshold; `maySumsHide` as
 * `hideTable` has it.
 *
 * Errors  `too-many-cells` and `took-too-long` as `hidePartners`; throws where the plan's cells are not those of its variables.
 */
export async function exactCells(
	plan: Plan,
	merged: readonly MergedCell[],
	release: { readonly k: number; readonly solver: LinearSolver; readonly maySumsHide: boolean },
): Promise<Result<ReleasedTable, 'too-many-cells' | 'took-too-long'>> {
	const cells: readonly ExactCell[] = merged.map(({ count, hiddenByHospital }) => ({
		atLeast: count === null ? 0n : readMerged(count),
		hiddenByHospital,
	}));
	const shape = plan.variables.map((variable) => variable.categories.length);
	const size = shape.reduce((product, length) => product * length, 1);
	if (size !== cells.length) throw new Error('cells do not fit the shape of the plan');
	const hidden = await hideTable(cells, shape, release);
	if (!hidden.ok) return hidden;
	return ok({
		cells: merged.map((cell, at) =>
			exactCell(plan, { cell, at, isHidden: hidden.value.cells[at] !== false }),
		),
		hiddenSums: hidden.value.sums,
	});
}

function exactCell(
	plan: Plan,
	{ cell, at, isHidden }: { readonly cell: MergedCell; readonly at: number; readonly isHidden: boolean },
): ReleasedCell {
	const key = plan.cells[at] ?? [];
	if (isHidden || cell.count === null) return { key, value: null, interval: null };
	const value = readReleased(releaseCount(cell.count));
	// Not hidden and k >= 2 means at least k. With k = 1 nothing is hidden, so that 0 has to be told apart here.
	if (plan.askKind === 'exists') return { key, value: value >= 1 ? 1 : 0, interval: null };
	return { key, value, interval: [value, value] };
}
