// Decides which cells of an exact table are hidden, and which of its sums a reader is then not taken to know.

import { ok, type Result } from '@cordon/shared';
import type { LinearSolver } from '../linear-solver.ts';
import { hidePartners, mostLinkedCells } from './hide-partners.ts';
import { type ExactCell, hideSmallCells, isKnown } from './hide-small-cells.ts';
import { type LinearFact, marginFacts } from './published-facts.ts';

/** A row (variable 0) or a column (variable 1) of a table, by its category's index. */
export interface TableSum {
	readonly variable: number;
	readonly category: number;
}

export interface HiddenTable {
	/** A flag a cell. */
	readonly cells: readonly boolean[];
	/** Rows and columns that are to stay unknown, like hidden cells. */
	readonly sums: readonly TableSum[];
}

/**
 * A reader is taken to know every row and column. Where one holds fewer than k patients, that alone would tell its
 * cells, and nothing could be shown. No answer gives such a number, though, nor, once it is recorded here, that of a
 * row or column beside it: so rows and columns are then cells too, hidden under k, with partners, and audited like the
 * others. The total stays known.
 *
 * Shape   `shape` is the number of categories a variable, cells row-major.
 * Errors  as `hidePartners`. Rows and columns are known as ever where a hospital hid its own part (a plain network,
 *         whose hospitals do not learn of the sums), and where there are more than 512 cells and sums.
 */
export async function hideTable(
	cells: readonly ExactCell[],
	shape: readonly number[],
	{
		k,
		solver,
		maySumsHide,
	}: { readonly k: number; readonly solver: LinearSolver; readonly maySumsHide: boolean },
): Promise<Result<HiddenTable, 'too-many-cells' | 'took-too-long'>> {
	const sums = maySumsHide && cells.every(isKnown) ? sumsOf(cells, shape) : [];
	const small = hideSmallCells(
		sums.map(({ cell }) => cell),
		k,
	);
	if (!small.includes(true) || cells.length + sums.length > mostLinkedCells) {
		const hidden = await hidePartners(
			{ cells, hidden: hideSmallCells(cells, k), k },
			marginFacts(shape),
			solver,
		);
		return hidden.ok ? ok({ cells: hidden.value, sums: [] }) : hidden;
	}
	const all = [...cells, ...sums.map(({ cell }) => cell)];
	const facts = linkedFacts(cells.length, sums);
	const hidden = await hidePartners({ cells: all, hidden: hideSmallCells(all, k), k }, facts, solver);
	if (!hidden.ok) return hidden;
	return ok({
		cells: hidden.value.slice(0, cells.length),
		sums: sums.flatMap(({ sum }, at) => (hidden.value[cells.length + at] === false ? [] : [sum])),
	});
}

interface Sum {
	readonly sum: TableSum;
	readonly places: readonly number[];
	readonly cell: ExactCell;
}

/** Rows first; none unless there are two variables. */
function sumsOf(cells: readonly ExactCell[], shape: readonly number[]): readonly Sum[] {
	const [rows = 0, columns = 0] = shape;
	if (shape.length !== 2) return [];
	return [rows, columns].flatMap((length, variable) =>
		Array.from({ length }, (_, category) => {
			const places = [...cells.keys()].filter(
				(at) => (variable === 0 ? Math.floor(at / columns) : at % columns) === category,
			);
			const atLeast = places.reduce((sum, at) => sum + (cells[at]?.atLeast ?? 0n), 0n);
			return { sum: { variable, category }, places, cell: { atLeast, hiddenByHospital: false } };
		}),
	);
}

/** Each sum is that of its cells, and the total of all rows, as of all columns, is known. */
function linkedFacts(first: number, sums: readonly Sum[]): readonly LinearFact[] {
	const links = sums.map(({ places }, at) => ({ plus: places, minus: [first + at] }));
	const totals = [0, 1].map((variable) => ({
		plus: sums.flatMap(({ sum }, at) => (sum.variable === variable ? [first + at] : [])),
		minus: [],
	}));
	return [...links, ...totals];
}
