// What the threshold left of a table, for the rules that hide further cells.

import type { ExactCell } from './hide-small-cells.ts';

export interface Suppression {
	readonly cells: readonly ExactCell[];
	readonly hidden: readonly boolean[];
	readonly k: number;
}

/** A sum below zero (a hospital that lies) counts as nothing, never as a gap that a partner would have to fill. */
export function lowestOf(cell: ExactCell | undefined): bigint {
	return cell === undefined || cell.atLeast < 0n ? 0n : cell.atLeast;
}
