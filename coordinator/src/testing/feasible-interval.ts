// For tests: what an attacker with all margins can still not tell, by trying every table of non-negative integers.

/** The least width (largest minus smallest feasible value) among the hidden cells. One or two variables. */
export function narrowestInterval(
	counts: readonly number[],
	hidden: readonly boolean[],
	shape: readonly number[],
): number {
	const [rows = 1, columns] = shape.length === 1 ? [1, shape[0]] : shape;
	if (columns === undefined || rows * columns !== counts.length) throw new Error('not a list or a table');
	const at = counts.map((_, index) => index).filter((index) => hidden[index] === true);
	const lines = [...linesOf(rows, columns, shape.length === 2)];
	const lowest = new Map<number, number>();
	const highest = new Map<number, number>();
	// What is left of each margin once the shown cells are taken off: all that the hidden ones must add up to.
	const left = lines.map((line) =>
		sumOf(
			counts,
			line.filter((index) => hidden[index] === true),
		),
	);
	const chosen = new Map<number, number>();
	const place = (depth: number): void => {
		const cell = at[depth];
		if (cell === undefined) {
			if (left.some((rest) => rest !== 0)) return;
			for (const [index, value] of chosen) {
				lowest.set(index, Math.min(lowest.get(index) ?? value, value));
				highest.set(index, Math.max(highest.get(index) ?? value, value));
			}
			return;
		}
		const through = lines.flatMap((line, number) => (line.includes(cell) ? [number] : []));
		const most = Math.min(...through.map((number) => left[number] ?? 0));
		for (let value = 0; value <= most; value += 1) {
			for (const number of through) left[number] = (left[number] ?? 0) - value;
			chosen.set(cell, value);
			const open = new Set(at.slice(depth + 1));
			// A line whose last hidden cell has been placed must be used up: this is what keeps the search short.
			if (
				through.every(
					(number) => left[number] === 0 || (lines[number] ?? []).some((index) => open.has(index)),
				)
			) {
				place(depth + 1);
			}
			for (const number of through) left[number] = (left[number] ?? 0) + value;
		}
	};
	place(0);
	return Math.min(...at.map((index) => (highest.get(index) ?? 0) - (lowest.get(index) ?? 0)));
}

function* linesOf(rows: number, columns: number, isTable: boolean): Generator<readonly number[]> {
	for (let row = 0; row < rows; row += 1)
		yield Array.from({ length: columns }, (_, column) => row * columns + column);
	if (!isTable) return;
	for (let column = 0; column < columns; column += 1) {
		yield Array.from({ length: rows }, (_, row) => row * columns + column);
	}
}

function sumOf(counts: readonly number[], indexes: readonly number[]): number {
	return indexes.reduce((sum, index) => sum + (counts[index] ?? 0), 0);
}
