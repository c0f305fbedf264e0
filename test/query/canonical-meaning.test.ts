// For random questions: canonical form keeps the meaning, permuted operands hash alike, JSON goes there and back.

import {
	type Cohort,
	canonicalQuery,
	parseQuestion,
	type Query,
	queryHash,
	toQuestionJson,
	truthOf,
} from '@cordon/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryRecords, vocabularyOf } from '../index/arbitrary-facts.ts';
import { arbitraryQuery } from '../index/arbitrary-questions.ts';
import { smallDictionary } from '../index/small-dictionary.ts';

const words = vocabularyOf(smallDictionary);
const runs = { seed: 20261123, numRuns: 300 };

/** The same tree with every list turned round and every operand given twice. */
function rewritten(cohort: Cohort): Cohort {
	if ('all' in cohort) return { all: twice(cohort.all) };
	if ('any' in cohort) return { any: twice(cohort.any) };
	return 'not' in cohort ? { not: { not: { not: rewritten(cohort.not) } } } : { any: [{ all: [cohort] }] };
}

function twice(operands: readonly Cohort[]): readonly Cohort[] {
	const turned = operands.map(rewritten).toReversed();
	return [...turned, ...turned];
}

describe('canonicalQuery of a random question', () => {
	it('is true of the same patients, and unknown of the same', () => {
		fc.assert(
			fc.property(
				arbitraryQuery(words),
				arbitraryRecords(words, { minLength: 1, maxLength: 10 }),
				(query, records) => {
					const { cohort } = canonicalQuery(query);
					for (const record of records) {
						expect(truthOf(cohort, record, smallDictionary)).toBe(
							truthOf(query.cohort, record, smallDictionary),
						);
					}
				},
			),
			runs,
		);
	});

	it('has the hash of the same question written in other words', () => {
		fc.assert(
			fc.property(arbitraryQuery(words), (query) => {
				const other: Query = { ...query, cohort: rewritten(query.cohort) };
				expect(queryHash(other)).toBe(queryHash(query));
			}),
			runs,
		);
	});
});

describe('toQuestionJson of a random question', () => {
	it('is parsed to the question that it was made from, wherever it is parsed at all', () => {
		let parsedCount = 0;
		fc.assert(
			fc.property(arbitraryQuery(words), (query) => {
				const release = { mechanism: 'noised', epsilonMicros: 123_456 } as const;
				const question = { project: 'p', purpose: 'HMB', query, release };
				const parsed = parseQuestion(toQuestionJson(question), smallDictionary);
				if (!parsed.ok) return;
				parsedCount += 1;
				expect(parsed.value).toEqual(question);
			}),
			runs,
		);
		expect(parsedCount).toBeGreaterThan(100);
	});
});
