// What a reader of exact counts is taken to know besides the cells shown: sums, and cells that are sums of others.

import { type ExactCell, isKnown } from './hide-small-cells.ts';

/** A reader knows the sum of the `plus` cells less that of the `minus` cells. Indexes into the cells of all tables. */
export interface LinearFact {
	readonly plus: readonly number[];
	/** Empty for a sum that is public; where one cell is the sum of others, that cell, and the difference is zero. */
	readonly minus: readonly number[];
}

/** Cells of tables that are published together, with all that ties them to each other. */
export interface PublishedCells {
	readonly cells: readonly ExactCell[];
	readonly facts: readonly LinearFact[];
}

/**
 * Every margin of one table, known to the last patient: the worst that a reader can know besides the cells. Margins
 * over more variables, and the total, are sums of these.
 *
 * Shape   `shape` is the number of categories a variable, cells row-major over it, the first one at `from`. One
 *         variable: the total. Two: rows and columns. Three: every sum along one of them. None: no facts.
 */
export function marginFacts(shape: readonly number[], from = 0): readonly LinearFact[] {
	let inner = shape.reduce((product, size) => product * size, 1);
	const cells = inner;
	return shape.flatMap((size) => {
		const outer = cells / inner;
		inner /= size;
		const stride = inner;
		return Array.from({ length: outer * stride }, (_, line) => {
			const start = from + Math.floor(line / stride) * stride * size + (line % stride);
			return { plus: Array.from({ length: size }, (_cell, step) => start + step * stride), minus: [] };
		});
	});
}

/**
 * Whether the cells that are sums of others are. Where they are not, the counts lie or a link is wrong, and no
 * interval means anything. Not judged where a hospital hid a part, since those sums are not known.
 */
export function areLinksTrue({ cells, facts }: PublishedCells): boolean {
	return facts.every(({ plus, minus }) => {
		if (minus.length === 0 || ![...plus, ...minus].every((at) => isKnown(cells[at]))) return true;
		return sumOf(cells, plus) === sumOf(cells, minus);
	});
}

function sumOf(cells: readonly ExactCell[], indexes: readonly number[]): bigint {
	return indexes.reduce((sum, at) => sum + (cells[at]?.atLeast ?? 0n), 0n);
}
