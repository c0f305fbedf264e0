// Hides further cells, so that no hidden one can be computed from margins and what is shown; for the release stage.

import { hideRectangles } from './hide-rectangles.ts';
import type { ExactCell } from './hide-small-cells.ts';
import { lowestOf, type Suppression } from './suppression.ts';

/**
 * Secondary suppression that needs no linear program, because each pattern it leaves carries its own proof.
 * It assumes the worst: that the total of one variable, and both margins and the total of two, are public.
 *
 * One variable: at least two cells are hidden and their sum S is at least k. Whoever knows S knows of each hidden
 * cell that it lies in [0, S], and every value in it is possible, so the interval is at least k wide. A shown cell
 * holds at least k, so the smallest one is always a sufficient partner; without one everything is hidden.
 *
 * Two variables: see `hideRectangles`. None: one cell has no partner, and is shown or hidden by itself.
 *
 * Not claimed: that somebody who knows this program and k cannot narrow the interval by asking which tables would
 * have led it to hide just these cells; and combinations of three or more releases.
 *
 * Shape   `shape` is the number of categories a variable, and the cells are row-major over it; order kept.
 * Errors  throws where cells and shape disagree, or on three variables, for which no rule has been proved here.
 */
export function hidePartners(suppression: Suppression, shape: readonly number[]): readonly boolean[] {
	const { cells, hidden } = suppression;
	const expected = shape.reduce((product, size) => product * size, 1);
	if (expected !== cells.length || hidden.length !== cells.length || shape.length > 2) {
		throw new Error('cells do not fit the shape of the plan');
	}
	if (!hidden.includes(true)) return hidden;
	const [rows, columns] = shape;
	if (rows === undefined) return hidden;
	if (columns === undefined) return hideInList(suppression);
	return hideRectangles(suppression, columns);
}

function hideInList({ cells, hidden, k }: Suppression): readonly boolean[] {
	let sum = 0n;
	let count = 0;
	for (const [at, cell] of cells.entries()) {
		if (hidden[at] !== true) continue;
		sum += lowestOf(cell);
		count += 1;
	}
	if (count >= 2 && sum >= BigInt(k)) return hidden;
	const partner = smallestShown(cells, hidden);
	const sufficient = partner !== null && sum + lowestOf(cells[partner]) >= BigInt(k);
	return hidden.map((flag, at) => !sufficient || flag || at === partner);
}

function smallestShown(cells: readonly ExactCell[], hidden: readonly boolean[]): number | null {
	let best: number | null = null;
	for (const [at, cell] of cells.entries()) {
		if (hidden[at] === true) continue;
		if (best === null || cell.atLeast < lowestOf(cells[best])) best = at;
	}
	return best;
}
