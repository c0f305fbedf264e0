// Searches for the cells that cost least to hide beside a cell, so that its interval becomes wide enough.

import type { LinearSolver } from '../linear-solver.ts';
import type { Move } from './feasible-move.ts';
import { balanceRow, depthsOf, farthest, wholeOf } from './move-columns.ts';
import type { PublishedCells } from './published-facts.ts';

/** A cell, and how many patients more it has to hold in another table. */
export interface WantedCell {
	readonly at: number;
	readonly more: number;
}

export interface Wanted extends WantedCell {
	/** Cells that are to be helped by the same table, if they can be. */
	readonly besides: readonly WantedCell[];
	readonly hidden: readonly boolean[];
	readonly k: number;
}

export interface PartnerSearch {
	/** The cheapest such table, whatever has to be hidden for it; null: none was found. */
	readonly cheapest: (wanted: Wanted) => Promise<Move | null>;
	readonly pivots: () => number;
	readonly isOutOfTime: () => boolean;
	readonly close: () => void;
}

/**
 * With one and two variables the corners of these programs are whole, since the matrix of margins is totally
 * unimodular. With three variables, or links, they may have halves or thirds. The search then goes on in grains of
 * several patients: a corner with halves, of a program in units of two, is a table of whole patients. It hides a
 * little more than an integer program would, in a small part of its time.
 */
const grains = [1, 2, 4, 6, 12] as const;

/**
 * Two columns a cell: how many patients more, and how many fewer.
 *
 * Errors  null: there is no solver.
 */
export async function searchPartners(
	published: PublishedCells,
	solver: LinearSolver,
): Promise<PartnerSearch | null> {
	const depths = depthsOf(published);
	const rows = published.facts.map((fact) =>
		balanceRow(fact, (at) => [
			[2 * at, 1],
			[2 * at + 1, -1],
		]),
	);
	const reach = depths.flatMap((depth) => [farthest, depth]);
	const lower = reach.map(() => 0);
	const opened = await solver.open({ lower, upper: reach, rows, changing: 'everything' });
	if (opened === null) return null;
	return {
		cheapest: async (wanted) => {
			const costs = costsOf(depths, wanted);
			for (const grain of grains) {
				const upper = reach.map((most) => Math.floor(most / grain));
				for (const { at, more } of [wanted, ...wanted.besides]) {
					// A ceiling and not a demand, so that the true table is always a solution; the costs reward reaching it.
					upper[2 * at] = Math.ceil(more / grain);
					upper[2 * at + 1] = 0;
				}
				opened.bound(lower, upper);
				const found = await opened.minimize(costs);
				const move = found === null ? null : moveOf(found.map((value) => value * grain));
				if (move !== null && (move[wanted.at] ?? 0) >= wanted.more) return move;
			}
			return null;
		},
		pivots: opened.pivots,
		isOutOfTime: opened.isOutOfTime,
		close: opened.close,
	};
}

/**
 * A shown cell costs its patients, from a thousandth (k patients) up to 1 (a thousand times k: beyond, all are alike,
 * or the solver's tolerance would swallow the small ones). A hidden one costs next to nothing, and not nothing: a
 * program with many equal optima stops at corners that are not whole. Reaching the aim outweighs any way to it.
 */
function costsOf(depths: readonly number[], { at, besides, hidden, k }: Wanted): readonly number[] {
	const reward = 2 * depths.length;
	const aims = new Set([at, ...besides.map((one) => one.at)]);
	return depths.flatMap((depth, cell) => {
		if (aims.has(cell)) return [-reward, reward];
		const cost = hidden[cell] === true ? 1e-4 : Math.min(depth / k, 1000) / 1000;
		return [cost, cost];
	});
}

function moveOf(found: readonly number[]): Move | null {
	const whole = wholeOf(found);
	if (whole === null) return null;
	return Array.from({ length: whole.length / 2 }, (_, at) => (whole[2 * at] ?? 0) - (whole[2 * at + 1] ?? 0));
}
