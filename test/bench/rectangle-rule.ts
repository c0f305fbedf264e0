// For the bench: the rule that hid partners before linear programs did. Every hidden cell is a corner of a rectangle.

import { lowestOf, type Suppression } from '../../coordinator/src/release/suppression.ts';

interface Rectangle {
	readonly corners: readonly [number, number, number, number];
	/** Patients in its corners that would have to be hidden besides. */
	readonly cost: bigint;
}

/**
 * Every hidden cell ends in a rectangle (i,j), (i,l), (h,j), (h,l) of four hidden cells with
 * min(a, d) + min(b, c) >= k, where a, d are one diagonal and b, c the other.
 *
 * Argument: a + x, b - x, c - x, d + x leaves every margin, the total and every shown cell as they are, and is a
 * table of non-negative counts for each x in [-min(a, d), min(b, c)]. So each of the four corners can have at least
 * min(a, d) + min(b, c) + 1 different values for whoever knows all margins: its interval is at least k wide. Hiding
 * more cells only widens it, so rectangles found one after the other do not disturb each other.
 *
 * Where a cell's count is known only from below, the minima are too, and the interval is wider still.
 * Greedy: the rectangle that hides the fewest patients besides, the first in row-major order among equals; where a
 * hidden cell has none, the whole table is hidden.
 */
export function hideRectangles(suppression: Suppression, columns: number): readonly boolean[] {
	const { cells } = suppression;
	const hidden = [...suppression.hidden];
	for (const at of cells.keys()) {
		if (hidden[at] !== true) continue;
		const rectangle = cheapestRectangle({ ...suppression, hidden }, columns, at);
		if (rectangle === null) return cells.map(() => true);
		for (const corner of rectangle.corners) hidden[corner] = true;
	}
	return hidden;
}

function cheapestRectangle(suppression: Suppression, columns: number, at: number): Rectangle | null {
	const rows = suppression.cells.length / columns;
	const row = Math.floor(at / columns);
	const column = at % columns;
	let best: Rectangle | null = null;
	for (let otherRow = 0; otherRow < rows; otherRow += 1) {
		if (otherRow === row) continue;
		for (let otherColumn = 0; otherColumn < columns; otherColumn += 1) {
			if (otherColumn === column) continue;
			const corners = [
				at,
				row * columns + otherColumn,
				otherRow * columns + column,
				otherRow * columns + otherColumn,
			] as const;
			const cost = costOf(suppression, corners);
			if (cost !== null && (best === null || cost < best.cost)) best = { corners, cost };
		}
	}
	return best;
}

/** null where the rectangle is too narrow to protect its corners. */
function costOf({ cells, hidden, k }: Suppression, corners: Rectangle['corners']): bigint | null {
	const [a, b, c, d] = corners;
	const width =
		lesser(lowestOf(cells[a]), lowestOf(cells[d])) + lesser(lowestOf(cells[b]), lowestOf(cells[c]));
	if (width < BigInt(k)) return null;
	let cost = 0n;
	for (const corner of corners) if (hidden[corner] !== true) cost += lowestOf(cells[corner]);
	return cost;
}

function lesser(left: bigint, right: bigint): bigint {
	return left < right ? left : right;
}
