// Judges whether two exact answers, subtracted from each other, would tell of too few patients. Pure.

import { type PatientSet, type PublishedTable, setsOf } from './published-table.ts';

/** Patients, over all contributing hospitals, or of the one that judges for itself. */
export interface Overlap {
	/** Of each cell of the new table. */
	readonly sizes: readonly number[];
	/** Of each cell of the earlier one, as they were when it was answered. */
	readonly earlierSizes: readonly number[];
	/** In both: one list an earlier cell, one number a new cell. */
	readonly shared: readonly (readonly number[])[];
}

export interface ReleasePair {
	readonly table: PublishedTable;
	readonly earlier: PublishedTable;
	readonly overlap: Overlap;
	/** The threshold that is applied to the new table's cells. */
	readonly k: number;
}

/**
 * Two rules, over all that the two tables give a number of. A table of which nothing is shown gives none.
 *
 * Cohorts: those that are only in the one, and those only in the other, must each be nobody or at least k. And two
 * cohorts asked in other words must not be the same patients: that nobody makes the difference is a fact too.
 *
 * Cells, rows and columns: |X| - |Y| is what X has alone less what Y has alone, and tells of fewer than k patients
 * where both are fewer than k. So no two sets may be so close of which one is shown and the other is either shown,
 * and not the same set by what was asked, or hidden: a later number must not undo an earlier hiding.
 *
 * Not caught: what three and more answers tell together.
 *
 * Units   patients; `k` as networkThreshold gives it. k <= 1: nothing is too few.
 * Errors  true where numbers contradict each other (a hospital lies): nothing can be judged of them.
 * Source  design/PRIVACY.md section 1, last paragraph; docs/adr/0023.
 */
export function tellsOfFew({ table, earlier, overlap, k }: ReleasePair): boolean {
	if (k <= 1) return false;
	if (!isConsistent(table, earlier, overlap)) return true;
	if (!table.shown.includes(true) || !earlier.shown.includes(true)) return false;
	const differences = differencesOf(table, earlier, overlap);
	return differences.some((difference, at) => (at === 0 ? areCohortsNear : areSetsNear)(difference, k));
}

interface Difference {
	readonly one: PatientSet;
	readonly other: PatientSet;
	/** Patients that only `one` has, and only `other`. */
	readonly onlyOne: number;
	readonly onlyOther: number;
}

function areCohortsNear(difference: Difference, k: number): boolean {
	const { onlyOne, onlyOther } = difference;
	const isFew = (patients: number): boolean => patients > 0 && patients < k;
	const isUnsaid = onlyOne === 0 && onlyOther === 0 && difference.one.key !== difference.other.key;
	return isFew(onlyOne) || isFew(onlyOther) || isUnsaid;
}

function areSetsNear({ one, other, onlyOne, onlyOther }: Difference, k: number): boolean {
	if (onlyOne >= k || onlyOther >= k) return false;
	const standings = [one.standing, other.standing];
	if (standings.includes('open') || !standings.includes('shown')) return false;
	const isSame = one.key === other.key && onlyOne === 0 && onlyOther === 0;
	return !isSame || standings.includes('hidden');
}

/** Every pair of a set of the new table and one of the earlier; that of the two cohorts comes first. */
function differencesOf(
	table: PublishedTable,
	earlier: PublishedTable,
	{ sizes, earlierSizes, shared }: Overlap,
): readonly Difference[] {
	const ones = setsOf(table).map((set) => ({ set, size: sumAt(sizes, set.cells) }));
	return setsOf(earlier).flatMap((other) => {
		const otherSize = sumAt(earlierSizes, other.cells);
		const rows = other.cells.map((cell) => shared[cell] ?? []);
		const within = sizes.map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
		return ones.map(({ set: one, size }): Difference => {
			const both = sumAt(within, one.cells);
			return { one, other, onlyOne: size - both, onlyOther: otherSize - both };
		});
	});
}

/** Cells of one table share no patient, so neither do their parts in a cell of the other. */
function isConsistent(table: PublishedTable, earlier: PublishedTable, overlap: Overlap): boolean {
	const { sizes, earlierSizes, shared } = overlap;
	if (sizes.length !== table.shown.length || earlierSizes.length !== earlier.shown.length) return false;
	if (shared.length !== earlierSizes.length || shared.some((row) => row.length !== sizes.length))
		return false;
	const all = [...sizes, ...earlierSizes, ...shared.flat()];
	if (!all.every((patients) => Number.isSafeInteger(patients) && patients >= 0)) return false;
	const fitsEarlier = shared.every((row, at) => sumOf(row) <= (earlierSizes[at] ?? 0));
	return fitsEarlier && sizes.every((size, at) => sumOf(shared.map((row) => row[at] ?? 0)) <= size);
}

function sumAt(numbers: readonly number[], indexes: readonly number[]): number {
	return indexes.reduce((sum, at) => sum + (numbers[at] ?? 0), 0);
}

function sumOf(numbers: readonly number[]): number {
	return numbers.reduce((sum, number) => sum + number, 0);
}
