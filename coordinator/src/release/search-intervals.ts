// Searches for the ends of a hidden cell's feasible interval, by linear programs over all that a reader knows.

import type { LinearSolver } from '../linear-solver.ts';
import type { Move } from './feasible-move.ts';
import { balanceRow, depthsOf, farthest, wholeOf } from './move-columns.ts';
import type { PublishedCells } from './published-facts.ts';

export interface IntervalSearch {
	/**
	 * The tables in which the cell is largest and smallest; null where an end is no table of whole patients. The
	 * interval of a linear program contains that of whole counts, so such an end proves nothing.
	 */
	readonly ends: (at: number) => Promise<readonly [most: Move | null, least: Move | null]>;
	/** Goes on with a pattern that hides more. */
	readonly hide: (hidden: readonly boolean[]) => void;
	readonly pivots: () => number;
	readonly isOutOfTime: () => boolean;
	readonly close: () => void;
}

/** null: there is no solver. */
export async function searchIntervals(
	published: PublishedCells,
	hidden: readonly boolean[],
	solver: LinearSolver,
): Promise<IntervalSearch | null> {
	const depths = depthsOf(published);
	const lowerOf = (flags: readonly boolean[]): readonly number[] =>
		depths.map((depth, at) => (flags[at] === true ? -depth : 0));
	const upperOf = (flags: readonly boolean[]): readonly number[] =>
		depths.map((_, at) => (flags[at] === true ? farthest : 0));
	const rows = published.facts.map((fact) => balanceRow(fact, (at) => [[at, 1]]));
	const program = { lower: lowerOf(hidden), upper: upperOf(hidden), rows, changing: 'costs' } as const;
	const opened = await solver.open(program);
	if (opened === null) return null;
	const end = async (at: number, cost: number): Promise<Move | null> => {
		const found = await opened.minimize(depths.map((_, cell) => (cell === at ? cost : 0)));
		return found === null ? null : wholeOf(found);
	};
	return {
		ends: async (at) => [await end(at, -1), await end(at, 1)],
		hide: (flags) => opened.bound(lowerOf(flags), upperOf(flags)),
		pivots: opened.pivots,
		isOutOfTime: opened.isOutOfTime,
		close: opened.close,
	};
}
