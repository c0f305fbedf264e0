// One cell of an answer as the researcher reads it, under either mechanism.

import {
	type Mechanism,
	noiseQuantile,
	ok,
	type Plan,
	type Result,
	readMerged,
	readReleased,
	releaseCount,
} from '@cordon/shared';
import type { LinearSolver } from '../ports.ts';
import type { MergedCell } from '../session.ts';
import type { ExactCell } from './hide-small-cells.ts';
import { hideTable, type TableSum } from './hide-table.ts';

export interface ReleasedCell {
	readonly key: readonly string[];
	/** Patients; for `exists` 1 (at least k) or 0. null is hidden, never zero. */
	readonly value: number | null;
	/** Contains the true sum with probability 0.95, a cell at a time; null where hidden and for `exists`. */
	readonly interval: readonly [number, number] | null;
	/** The sum with its noise, before negative values become 0; absent where exact and for `exists`. */
	readonly raw?: number;
}

/** An exact table, and the rows and columns that are to stay unknown like its hidden cells. */
export interface ReleasedTable {
	readonly cells: readonly ReleasedCell[];
	readonly hiddenSums: readonly TableSum[];
}

/** How far the noise of one cell reaches, in patients; public numbers only. */
export interface NoiseReach {
	/** H: how many hospitals' shares make one full noise. */
	readonly hospitals: number;
	/** n: how many gave a share; more than H make it wider. */
	readonly contributors: number;
	readonly bound95: number;
	/** Exceeded once in a million cells. */
	readonly bound1e6: number;
}

export function reachOf(
	plan: Plan,
	noise: { readonly hospitals: number; readonly contributors: number; readonly l1Sensitivity: number },
): NoiseReach {
	const { hospitals, contributors, l1Sensitivity } = noise;
	const spread = { epsilonMicros: plan.epsilonMicros, l1Sensitivity, hospitals, contributors };
	return {
		hospitals,
		contributors,
		bound95: noiseQuantile(spread, 0.05),
		bound1e6: noiseQuantile(spread, 1e-6),
	};
}

/** More patients than a hundred hospitals have, with whatever noise a plan may add; far inside what a number can say. */
const mostPatients = 1_000_000_000_000n;

/**
 * Whether honest hospitals can have added up to this cell. One that lies can make a sum anything, a number beyond 2^53
 * or a true count below zero; that must end one session, and not the program.
 */
export function isPlausible({ count, hiddenByHospital }: MergedCell, mechanism: Mechanism): boolean {
	if (count === null) return mechanism === 'exact' && hiddenByHospital;
	if (mechanism === 'noised' && hiddenByHospital) return false;
	const sum = readMerged(count);
	return sum <= mostPatients && sum >= (mechanism === 'exact' ? 0n : -mostPatients);
}

/**
 * Cells whose counts carry noise already: everything here is post-processing and costs no further privacy.
 *
 * Errors  throws where a cell has no count: such a cell is not plausible, so this is a bug.
 */
export function noisedCells(
	plan: Plan,
	merged: readonly MergedCell[],
	release: { readonly reach: NoiseReach; readonly k: number },
): readonly ReleasedCell[] {
	return merged.map((cell, at) => {
		const key = plan.cells[at] ?? [];
		if (cell.count === null || cell.hiddenByHospital) throw new Error('a noised cell without a count');
		const raw = readReleased(releaseCount(cell.count));
		// Whoever may ask only whether patients exist is not shown how many: the noised count decides and is dropped.
		if (plan.askKind === 'exists') return { key, value: raw >= release.k ? 1 : 0, interval: null };
		const { bound95 } = release.reach;
		return {
			key,
			value: Math.max(0, raw),
			interval: [Math.max(0, raw - bound95), Math.max(0, raw + bound95)],
			raw,
		};
	});
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
