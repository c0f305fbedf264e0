// How moves of cells become columns and rows of a linear program, and its columns whole patients again.

import type { LinearRow } from '../linear-solver.ts';
import type { LinearFact, PublishedCells } from './published-facts.ts';
import { lowestOf } from './suppression.ts';

/** How far a cell is moved at most, in patients. Within it the solver's tolerance stays far under one patient. */
export const farthest = 1_000_000;

/** What a solver leaves of a whole number. A wrong guess does no harm: every move is checked in whole patients. */
const tolerance = 1e-4;

/** How far down each cell can be moved: to nobody. */
export function depthsOf({ cells }: PublishedCells): readonly number[] {
	return cells.map((cell) => {
		const lowest = lowestOf(cell);
		return lowest < BigInt(farthest) ? Number(lowest) : farthest;
	});
}

/** The row that keeps a fact as it is: moves of its cells add up to nothing. `termsOf` are the columns of a cell. */
export function balanceRow(
	{ plus, minus }: LinearFact,
	termsOf: (at: number) => LinearRow['terms'],
): LinearRow {
	const opposite = minus.flatMap(termsOf).map(([column, coefficient]) => [column, -coefficient] as const);
	return { lower: 0, upper: 0, terms: [...plus.flatMap(termsOf), ...opposite] };
}

/** null where a column is not a whole number. */
export function wholeOf(found: readonly number[]): readonly number[] | null {
	const whole = found.map((value) => Math.round(value) + 0);
	return found.every((value, column) => Math.abs(value - (whole[column] ?? 0)) < tolerance) ? whole : null;
}
