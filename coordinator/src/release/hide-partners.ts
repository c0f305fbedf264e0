// Hides further cells, so that no hidden one can be computed from sums and what is shown; for the release stage.

import { err, ok, type Result } from '@cordon/shared';
import type { LinearSolver } from '../linear-solver.ts';
import { isFeasibleMove, isProtected, type Move } from './feasible-move.ts';
import { areLinksTrue, type LinearFact } from './published-facts.ts';
import { type IntervalSearch, searchIntervals } from './search-intervals.ts';
import { type PartnerSearch, searchPartners, type WantedCell } from './search-partners.ts';
import { lowestOf, type Suppression } from './suppression.ts';

/** Cells of all tables that are linked together: the design's bound. `bench suppression` measures the time they take. */
export const mostLinkedCells = 512;

/** A bound on the search that is the same on every machine; some seconds' work. Nothing of 512 cells came near it. */
const mostPivots = 200_000;

/**
 * Secondary suppression. Hides the cheapest partners it finds until each hidden cell's feasible interval, given what is
 * shown and every fact, is at least k wide. The search is a heuristic over linear programs and is believed nothing:
 * what is released is a pattern that `isProtected` passes by exact arithmetic, or a table with every cell hidden.
 * So it ends too where there is no such pattern, no solver, or links that are not true.
 *
 * Where a fact alone fixes a cell more closely than k (a margin of less than k), no pattern passes and everything is
 * hidden; what the facts tell by themselves, nothing here can take back.
 *
 * Not claimed: that somebody who knows this program and k cannot narrow the interval by asking which tables would
 * have led it to hide just these cells; and combinations of several answers.
 *
 * Shape   `facts` point into the cells; one flag a cell, order kept.
 * Errors  `too-many-cells` more than 512 where anything could be hidden; `took-too-long` the solver's time was over
 *         before the search: to be withheld, since the time that a machine took decides nothing else; throws where cells, flags and facts disagree.
 * Source  design/PRIVACY.md section 1; the partners by linear programs after Kelly, Golden and Assad (1992).
 */
export async function hidePartners(
	suppression: Suppression,
	facts: readonly LinearFact[],
	solver: LinearSolver,
): Promise<Result<readonly boolean[], 'too-many-cells' | 'took-too-long'>> {
	const { cells, hidden, k } = suppression;
	const isFitting = facts.every(({ plus, minus }) => [...plus, ...minus].every((at) => at in cells));
	if (!isFitting || hidden.length !== cells.length) throw new Error('cells, flags and facts do not fit');
	// Before anything of the data is looked at: a refusal that depended on them would tell of them.
	if (cells.length > mostLinkedCells && (k > 1 || hidden.includes(true))) return err('too-many-cells');
	if (!hidden.includes(true)) return ok(hidden);
	const pattern = await patternOf(suppression, facts, solver);
	if (pattern === 'took-too-long') return err(pattern);
	const isPassed =
		pattern !== null && isProtected({ cells, facts }, { hidden: pattern.hidden, k }, pattern.moves);
	return ok(isPassed ? pattern.hidden : cells.map(() => true));
}

/**
 * In a large table several cells that share no sum get their partners from one program. It takes less than half the
 * time, and hides a twentieth more patients; a small table takes no time to speak of, and hides the fewest.
 */
const together = { fromCells: 257, cells: 4 } as const;

interface Pattern {
	readonly hidden: readonly boolean[];
	readonly moves: readonly Move[];
}

async function patternOf(
	suppression: Suppression,
	facts: readonly LinearFact[],
	solver: LinearSolver,
): Promise<Pattern | 'took-too-long' | null> {
	const published = { cells: suppression.cells, facts };
	if (suppression.hidden.every((flag) => flag) || !areLinksTrue(published)) return null;
	const intervals = await searchIntervals(published, suppression.hidden, solver);
	const partners = intervals === null ? null : await searchPartners(published, solver);
	try {
		if (intervals === null || partners === null) return null;
		const pattern = await protectAll(suppression, facts, { intervals, partners });
		return intervals.isOutOfTime() || partners.isOutOfTime() ? 'took-too-long' : pattern;
	} finally {
		intervals?.close();
		partners?.close();
	}
}

interface Searches {
	readonly intervals: IntervalSearch;
	readonly partners: PartnerSearch;
}

async function protectAll(
	{ cells, hidden: primary, k }: Suppression,
	facts: readonly LinearFact[],
	{ intervals, partners }: Searches,
): Promise<Pattern | null> {
	let hidden = primary;
	const known = knownMoves(cells.length, (move) => isFeasibleMove({ cells, facts }, hidden, move));
	const areApart = apartnessOf(cells.length, facts);
	// The smallest first: they need the most room, and what they take protects the others.
	const order = [...cells.keys()].sort((one, other) => compare(lowestOf(cells[one]), lowestOf(cells[other])));
	const isOpen = (at: number): boolean => hidden[at] === true && known.widthAt(at) < k;
	const mostAtOnce = cells.length >= together.fromCells ? together.cells : 1;
	while (order.some(isOpen)) {
		const wanted: WantedCell[] = [];
		for (const at of order) {
			if (wanted.length >= mostAtOnce) break;
			if (!isOpen(at) || !wanted.every((one) => areApart(one.at, at))) continue;
			for (const end of await intervals.ends(at)) known.add(end);
			if (isOpen(at)) wanted.push({ at, more: k + known.leastAt(at) });
		}
		const [first, ...besides] = wanted;
		if (first === undefined) continue;
		const found = await partners.cheapest({ ...first, besides, hidden, k });
		if (found === null || intervals.pivots() + partners.pivots() > mostPivots) return null;
		hidden = hidden.map((flag, cell) => flag || found[cell] !== 0);
		intervals.hide(hidden);
		known.add(found);
		if (isOpen(first.at)) return null;
	}
	return { hidden, moves: known.moves };
}

/** Whether two cells stand in no sum together: then each one's partners are mostly not the other's. */
function apartnessOf(size: number, facts: readonly LinearFact[]): (one: number, other: number) => boolean {
	const sumsOf = Array.from({ length: size }, (): Set<number> => new Set());
	for (const [sum, { plus, minus }] of facts.entries()) {
		for (const at of [...plus, ...minus]) sumsOf[at]?.add(sum);
	}
	return (one, other) => one !== other && sumsOf[one]?.isDisjointFrom(sumsOf[other] ?? new Set()) === true;
}

/** Moves found so far that made some cell's interval wider. One that is feasible now stays so when more is hidden. */
function knownMoves(
	size: number,
	isFeasible: (move: Move) => boolean,
): {
	readonly moves: readonly Move[];
	readonly add: (move: Move | null) => void;
	readonly widthAt: (at: number) => number;
	/** The farthest down that a cell goes in them: zero or less. */
	readonly leastAt: (at: number) => number;
} {
	const moves: Move[] = [];
	const least = Array.from({ length: size }, () => 0);
	const most = [...least];
	return {
		moves,
		add: (move) => {
			if (move === null || !isFeasible(move)) return;
			const isWider = move.some((change, at) => change < (least[at] ?? 0) || change > (most[at] ?? 0));
			if (!isWider) return;
			moves.push(move);
			for (const [at, change] of move.entries()) {
				least[at] = Math.min(least[at] ?? 0, change);
				most[at] = Math.max(most[at] ?? 0, change);
			}
		},
		leastAt: (at) => least[at] ?? 0,
		widthAt: (at) => (most[at] ?? 0) - (least[at] ?? 0),
	};
}

function compare(one: bigint, other: bigint): number {
	if (one === other) return 0;
	return one < other ? -1 : 1;
}
