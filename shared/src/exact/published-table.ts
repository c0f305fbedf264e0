// An exact answer as the sets of patients whose number a reader knows, or could work out if nothing were hidden.

import { canonicalJson } from '../hash.ts';
import type { PlannedVariable } from '../plan/plan.ts';
import { canonicalHash } from '../query/canonical-hash.ts';
import type { Cohort } from '../query/query.ts';

/** What was asked, and which cells were shown; row-major over the variables, one cell where there is none. */
export interface PublishedTable {
	readonly cohort: Cohort;
	readonly variables: readonly PlannedVariable[];
	readonly shown: readonly boolean[];
	/** Rows (variable 0) and columns (1) that are to stay unknown like a hidden cell, by category's index. */
	readonly hiddenSums: readonly { readonly variable: number; readonly category: number }[];
}

/** A set of patients that a table gives a number of: a cell, a row, a column, or all. */
export interface PatientSet {
	/** Equal for two sets that are the same by what was asked, in whichever table they stand. */
	readonly key: string;
	/** Indexes of the cells that it consists of. */
	readonly cells: readonly number[];
	/**
	 * `shown`: all its cells are, and so its number is known. `hidden`: a cell, or a row or column, whose number nobody
	 * shall learn. `open`: another sum with hidden cells in it; unpublished, but the audit of partners takes it for
	 * known, so that another answer may give it.
	 */
	readonly standing: 'shown' | 'hidden' | 'open';
}

/** One name for cohorts that say the same in the same words. */
export function cohortKey(cohort: Cohort): string {
	return canonicalHash(cohort);
}

/**
 * Shape   the whole cohort first, then with two variables each row and each column, then with any variable each cell.
 *         A plan of one variable has its categories as cells.
 * Errors  throws where flags and variables do not fit: a bug, and nothing is judged.
 */
export function setsOf({ cohort, variables, shown, hiddenSums }: PublishedTable): readonly PatientSet[] {
	const size = variables.reduce((product, { categories }) => product * categories.length, 1);
	if (size !== shown.length) throw new Error('flags do not fit the variables');
	const places = [...shown.keys()];
	const base = cohortKey(cohort);
	const names = variables.map(({ variable }) => canonicalJson(variable));
	const categoriesAt = placesOf(variables);
	const setOf = (at: readonly number[], cells: readonly number[]): PatientSet => ({
		key: keyOf(
			base,
			at.map((axis) => `${names[axis]}=${variables[axis]?.categories[categoriesAt(cells[0] ?? 0, axis)]}`),
		),
		cells,
		standing: standingOf(cells.map((cell) => shown[cell] === true)),
	});
	const axes = [...variables.keys()];
	const margins =
		axes.length < 2 ? [] : axes.flatMap((axis) => marginOf(axis, variables, categoriesAt, places));
	return [
		setOf([], places),
		...margins.map(({ axis, category, cells }): PatientSet => {
			const set = setOf([axis], cells);
			const isHidden = hiddenSums.some((sum) => sum.variable === axis && sum.category === category);
			return isHidden ? { ...set, standing: 'hidden' } : set;
		}),
		...(axes.length === 0 ? [] : places.map((cell) => setOf(axes, [cell]))),
	];
}

function standingOf(shown: readonly boolean[]): PatientSet['standing'] {
	if (shown.every((flag) => flag)) return 'shown';
	return shown.length === 1 ? 'hidden' : 'open';
}

type CategoryAt = (cell: number, axis: number) => number;

/** Which category of an axis a cell is in. */
function placesOf(variables: readonly PlannedVariable[]): CategoryAt {
	const lengths = variables.map(({ categories }) => categories.length);
	const strides = lengths.map((_, axis) =>
		lengths.slice(axis + 1).reduce((product, length) => product * length, 1),
	);
	return (cell, axis) => Math.floor(cell / (strides[axis] ?? 1)) % (lengths[axis] ?? 1);
}

function marginOf(
	axis: number,
	variables: readonly PlannedVariable[],
	categoryAt: CategoryAt,
	places: readonly number[],
): readonly { readonly axis: number; readonly category: number; readonly cells: readonly number[] }[] {
	return (variables[axis]?.categories ?? []).map((_, category) => ({
		axis,
		category,
		cells: places.filter((cell) => categoryAt(cell, axis) === category),
	}));
}

function keyOf(cohort: string, categories: readonly string[]): string {
	return [cohort, ...categories.toSorted()].join('\n');
}
