// Small random tables, for tests that try every table a reader could think of.

import fc from 'fast-check';
import type { ExactCell } from '../../coordinator/src/release/hide-small-cells.ts';
import { type LinearFact, marginFacts } from '../../coordinator/src/release/published-facts.ts';

export interface RandomTable {
	readonly counts: readonly number[];
	readonly facts: readonly LinearFact[];
	readonly k: number;
}

const shapes = [[4], [6], [2, 3], [3, 3], [3, 4], [2, 2, 2], [2, 2, 3]] as const;

/** One, two or three variables; about half of the counts are under k. */
export const smallTables: fc.Arbitrary<RandomTable> = fc
	.tuple(fc.constantFrom(...shapes), fc.integer({ min: 2, max: 4 }))
	.chain(([shape, k]) => {
		const cells = shape.reduce<number>((product, size) => product * size, 1);
		const counts = fc.array(fc.integer({ min: 0, max: k + 3 }), { minLength: cells, maxLength: cells });
		return counts.map((drawn) => ({ counts: drawn, facts: marginFacts(shape), k }));
	});

/** A list and a coarser one of the same patients: each cell of the second is the sum of some of the first. */
export const linkedLists: fc.Arbitrary<RandomTable> = fc
	.tuple(fc.integer({ min: 5, max: 7 }), fc.integer({ min: 2, max: 4 }))
	.chain(([size, k]) =>
		fc.record({
			fine: fc.array(fc.integer({ min: 0, max: k + 3 }), { minLength: size, maxLength: size }),
			groups: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: size, maxLength: size }),
			k: fc.constant(k),
		}),
	)
	.map(({ fine, groups, k }) => {
		const parts = [0, 1, 2].map((group) => [...fine.keys()].filter((at) => groups[at] === group));
		const coarse = parts.map((part) => part.reduce((sum, at) => sum + (fine[at] ?? 0), 0));
		const links = parts.map((plus, group) => ({ plus, minus: [fine.length + group] }));
		const facts = [...marginFacts([fine.length]), ...marginFacts([3], fine.length), ...links];
		return { counts: [...fine, ...coarse], facts, k };
	});

export function exactCellsOf(counts: readonly number[]): readonly ExactCell[] {
	return counts.map((count) => ({ atLeast: BigInt(count), hiddenByHospital: false }));
}
