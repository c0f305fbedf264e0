// Which cells each margin of a table adds up, for whoever shows margins.

export interface TableMargin {
	/** One entry a variable: the category's position, or null where all are added up. */
	readonly at: readonly (number | null)[];
	/** Positions of its cells in row-major order, ascending. */
	readonly cells: readonly number[];
}

/**
 * Every margin of a table: of two variables the rows, then the columns, then the total; of one variable the total.
 *
 * Shape   `shape`: how many categories each variable has, the last running fastest. No margin where it is empty.
 */
export function tableMargins(shape: readonly number[]): readonly TableMargin[] {
	const sets = Array.from({ length: 2 ** shape.length }, (_, set) =>
		shape.map((_, at) => (set >> at) % 2 === 1),
	);
	return sets
		.filter((kept) => kept.includes(false))
		.sort((a, b) => countOf(b) - countOf(a))
		.flatMap((kept) => marginsOver(shape, kept));
}

function countOf(kept: readonly boolean[]): number {
	return kept.filter(Boolean).length;
}

function marginsOver(shape: readonly number[], kept: readonly boolean[]): readonly TableMargin[] {
	const found = new Map<string, { readonly at: readonly (number | null)[]; readonly cells: number[] }>();
	const size = shape.reduce((product, length) => product * length, 1);
	for (let cell = 0; cell < size; cell += 1) {
		const at = positionsOf(cell, shape).map((position, variable) =>
			kept[variable] === true ? position : null,
		);
		const margin = found.get(at.join()) ?? { at, cells: [] };
		margin.cells.push(cell);
		found.set(at.join(), margin);
	}
	return [...found.values()];
}

function positionsOf(cell: number, shape: readonly number[]): readonly number[] {
	const positions: number[] = [];
	let rest = cell;
	for (const length of shape.toReversed()) {
		positions.unshift(rest % length);
		rest = Math.floor(rest / length);
	}
	return positions;
}
