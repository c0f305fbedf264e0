// For the suppression bench: tables of up to 512 cells, as hard as we know how to make them. The same ones every time.

import type { ExactCell } from '../../coordinator/src/release/hide-small-cells.ts';
import { type LinearFact, marginFacts } from '../../coordinator/src/release/published-facts.ts';

export interface SuppressionCase {
	readonly cells: readonly ExactCell[];
	readonly facts: readonly LinearFact[];
	/** Only of a table of two variables, which the rule of rectangles can hide. */
	readonly columns: number | null;
}

/** How counts are spread: two of five cells under k = 11 and many zeros, or one in six. */
type Spread = 'many-small' | 'some-small';

export const suppressionCases: Readonly<Record<string, (seed: number) => SuppressionCase>> = {
	table4x5: (seed) => table([4, 5], 'some-small', seed),
	table8x10: (seed) => table([8, 10], 'some-small', seed),
	table22x23: (seed) => table([22, 23], 'many-small', seed),
	table16x32: (seed) => table([16, 32], 'some-small', seed),
	linked16x24and16x8: (seed) => linkedTables(seed),
	threeVariables8x8x8: (seed) => table([8, 8, 8], 'some-small', seed),
	threeVariables8x8x8small: (seed) => table([8, 8, 8], 'many-small', seed),
};

function table(shape: readonly number[], spread: Spread, seed: number): SuppressionCase {
	const cells = shape.reduce((product, size) => product * size, 1);
	const counts = drawCounts(cells, spread, seed);
	const [, columns = null] = shape.length === 2 ? shape : [];
	return { cells: exact(counts), facts: marginFacts(shape), columns };
}

/** A table of 16 x 24, and one of 16 x 8 whose columns are three of its columns each. */
function linkedTables(seed: number): SuppressionCase {
	const fine = drawCounts(384, 'many-small', seed);
	const links = Array.from({ length: 128 }, (_, at) => {
		const first = Math.floor(at / 8) * 24 + (at % 8) * 3;
		return { plus: [first, first + 1, first + 2], minus: [384 + at] };
	});
	const coarse = links.map(({ plus }) => plus.reduce((sum, at) => sum + (fine[at] ?? 0), 0));
	const facts = [...marginFacts([16, 24]), ...marginFacts([16, 8], 384), ...links];
	return { cells: exact([...fine, ...coarse]), facts, columns: null };
}

function drawCounts(cells: number, spread: Spread, seed: number): readonly number[] {
	const exponent = spread === 'many-small' ? 6 : 7;
	const least = spread === 'many-small' ? 0 : 1;
	const next = numbers(seed);
	return Array.from({ length: cells }, () => Math.floor(Math.exp(next() * exponent + least) - 1));
}

function exact(counts: readonly number[]): readonly ExactCell[] {
	return counts.map((count) => ({ atLeast: BigInt(count), hiddenByHospital: false }));
}

/** Numerical Recipes' quick generator, as numbers in [0, 1). */
function numbers(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return (state >>> 8) / 2 ** 24;
	};
}
