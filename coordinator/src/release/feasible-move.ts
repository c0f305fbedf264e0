// Judges whether hidden cells stay unknown, by exact arithmetic on other tables that a reader cannot rule out.

import type { PublishedCells } from './published-facts.ts';
import { lowestOf } from './suppression.ts';

/** Another table, as its differences from the true one: whole patients, a number a cell, 0 where a cell is shown. */
export type Move = readonly number[];

/** Sums of thousands of such changes are still exact in a number; no interval of interest is as wide. */
const mostChange = 2 ** 40;

/**
 * A move is feasible where the table it leads to has the same shown cells, the same sums, and no count below zero.
 * A reader who knows all of that cannot tell the two tables apart. Where a cell is known from below only, its bound
 * stands for it: the true count is larger and bears the move all the more.
 */
export function isFeasibleMove(published: PublishedCells, hidden: readonly boolean[], move: Move): boolean {
	const { cells, facts } = published;
	if (move.length !== cells.length) return false;
	const isWithin = move.every((change, at) => {
		if (hidden[at] !== true) return change === 0;
		if (!Number.isInteger(change) || Math.abs(change) > mostChange) return false;
		return change >= 0 || lowestOf(cells[at]) >= BigInt(-change);
	});
	return isWithin && facts.every(({ plus, minus }) => sumOf(move, plus) === sumOf(move, minus));
}

/**
 * The audit that every pattern passes before it is released: each hidden cell takes two values at least k apart in
 * tables that the reader cannot rule out. It trusts no solver. Where a linear program is the relaxation of whole
 * counts, its interval can only be too wide; here both ends are tables of whole patients that have been checked, so
 * that each interval found is at most the true one.
 *
 * Shape   `moves` in any order; no move at all (the true table) is one of them always.
 * Units   patients; the width of an interval is its largest value less its smallest.
 * Errors  false where any move is not feasible: whoever searched for it is not to be believed.
 * Source  design/PRIVACY.md section 1: every suppressed cell's feasible interval is at least k wide.
 */
export function isProtected(
	published: PublishedCells,
	{ hidden, k }: { readonly hidden: readonly boolean[]; readonly k: number },
	moves: readonly Move[],
): boolean {
	if (hidden.length !== published.cells.length) return false;
	if (!moves.every((move) => isFeasibleMove(published, hidden, move))) return false;
	return hidden.every((flag, at) => !flag || widthOf(moves, at) >= k);
}

function widthOf(moves: readonly Move[], at: number): number {
	let least = 0;
	let most = 0;
	for (const move of moves) {
		least = Math.min(least, move[at] ?? 0);
		most = Math.max(most, move[at] ?? 0);
	}
	return most - least;
}

function sumOf(move: Move, indexes: readonly number[]): number {
	return indexes.reduce((sum, at) => sum + (move[at] ?? 0), 0);
}
