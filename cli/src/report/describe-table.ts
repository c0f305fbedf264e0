// A two-way table as a person reads it: categories of the one down, of the other across, what they add up to at the ends.

export interface TableCell {
	/** Of the row and the column; null: all of them together. */
	readonly key: readonly [row: string | null, column: string | null];
	readonly text: string;
}

/** Lines without a margin of their own; columns as wide as their widest text. Order is that of first mention. */
export function describeTable(cells: readonly TableCell[]): readonly string[] {
	const rows = namesOf(cells.map(({ key }) => key[0]));
	const columns = namesOf(cells.map(({ key }) => key[1]));
	const textOf = (row: string | null, column: string | null): string =>
		cells.find(({ key }) => key[0] === row && key[1] === column)?.text ?? '';
	const grid = [
		['', ...columns.map(nameOf)],
		...rows.map((row) => [nameOf(row), ...columns.map((column) => textOf(row, column))]),
	];
	const widths = ['', ...columns].map((_, at) => Math.max(...grid.map((line) => line[at]?.length ?? 0)));
	return grid.map((line) =>
		line
			.map((text, at) => text.padEnd(widths[at] ?? 0))
			.join('  ')
			.trimEnd(),
	);
}

/** All together comes last, wherever it was mentioned. */
function namesOf(names: readonly (string | null)[]): readonly (string | null)[] {
	const known = [...new Set(names)];
	return [...known.filter((name) => name !== null), ...known.filter((name) => name === null)];
}

function nameOf(name: string | null): string {
	return name ?? 'all';
}
