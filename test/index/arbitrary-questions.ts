// Random questions over a dictionary: cohorts of every kind of fact, and all four asks.

import type { Ask, Cohort, Element, Fact, Query, Variable } from '@cordon/shared';
import fc from 'fast-check';
import { arbitraryNumber, type Vocabulary } from './arbitrary-facts.ts';

export function arbitraryQuery(words: Vocabulary): fc.Arbitrary<Query> {
	return fc.record({
		cordon: fc.constant(1 as const),
		cohort: arbitraryCohort(words),
		ask: arbitraryAsk(words),
	});
}

function arbitraryCohort(words: Vocabulary): fc.Arbitrary<Cohort> {
	const { tree } = fc.letrec<{ tree: Cohort }>((tie) => ({
		tree: fc.oneof(
			{ maxDepth: 3, depthIdentifier: 'cohort' },
			{ weight: 3, arbitrary: arbitraryFact(words) },
			{ weight: 1, arbitrary: fc.record({ all: operands(tie('tree')) }) },
			{ weight: 2, arbitrary: fc.record({ any: operands(tie('tree')) }) },
			{ weight: 2, arbitrary: fc.record({ not: tie('tree') }) },
		),
	}));
	return tree;
}

function operands(tree: fc.Arbitrary<Cohort>): fc.Arbitrary<readonly Cohort[]> {
	return fc.array(tree, { minLength: 1, maxLength: 3, depthIdentifier: 'cohort' });
}

function arbitraryFact(words: Vocabulary): fc.Arbitrary<Fact> {
	return fc.oneof(fc.constantFrom(...words.elements).chain(elementFact), arbitraryFactVariable(words));
}

function elementFact(element: Element): fc.Arbitrary<Fact> {
	if (element.type === 'code') {
		const ids = element.values.map(({ id }) => id);
		return fc.subarray(ids, { minLength: 1 }).map((chosen) => ({ element: { id: element.id, in: chosen } }));
	}
	const limit = arbitraryNumber(element.bins);
	const limits = fc.oneof(
		limit.map((lt) => ({ lt })),
		limit.map((le) => ({ le })),
		limit.map((gt) => ({ gt })),
		limit.map((ge) => ({ ge })),
		fc.record({ ge: limit, lt: limit }),
		fc.record({ gt: limit, le: limit }),
	);
	return limits.map((given) => ({ element: { id: element.id, unit: element.unit, ...given } }));
}

function arbitraryFactVariable(
	words: Vocabulary,
): fc.Arbitrary<Exclude<Variable, { readonly element: string }>> {
	const imaging = fc
		.record(
			{
				modality: fc.constantFrom(...words.modalities),
				bodyPart: fc.constantFrom(...words.bodyParts),
				contrast: fc.boolean(),
			},
			{ requiredKeys: [] },
		)
		.filter((keys) => Object.keys(keys).length > 0);
	const lists = {
		symbol: fc.constantFrom(...words.genes),
		consequence: fc.subarray([...words.consequences], { minLength: 1 }),
		significance: fc.subarray([...words.significances], { minLength: 1 }),
	};
	return fc.oneof(
		imaging.map((fact) => ({ imaging: fact })),
		fc.record(lists, { requiredKeys: ['symbol'] }).map((fact) => ({ gene: fact })),
		fc.constantFrom(...words.alleles).map((fact) => ({ variant: fact })),
		fc.constantFrom(...words.conditions).map((code) => ({ condition: { code } })),
	);
}

function arbitraryAsk(words: Vocabulary): fc.Arbitrary<Ask> {
	const elementIds = fc.constantFrom(...words.elements.map(({ id }) => id));
	const variable: fc.Arbitrary<Variable> = fc.oneof(
		elementIds.map((element) => ({ element })),
		arbitraryFactVariable(words),
	);
	return fc.oneof(
		fc.constantFrom<Ask>({ exists: {} }, { count: {} }),
		elementIds.map((of) => ({ histogram: { of } })),
		fc.record({ rows: variable, columns: variable }).map((table) => ({ table })),
	);
}
