// The SQL index gives the reference evaluator's answer, for random patients, cohorts and asks, on every database.

import { loadDefaultDictionary } from '@cordon/policies';
import {
	type Database,
	type Dictionary,
	evaluate,
	makePlan,
	migrate,
	type Plan,
	type Query,
} from '@cordon/shared';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsentRegister } from '../../node/src/adapters/snapshot/consent-register.ts';
import { factsMigration } from '../../node/src/adapters/snapshot/facts-migration.ts';
import { createSnapshotStore } from '../../node/src/adapters/snapshot/snapshot-store.ts';
import { createSqlCohortIndex } from '../../node/src/adapters/sql-cohort-index/sql-cohort-index.ts';
import { testDatabases } from '../store/test-databases.ts';
import { arbitraryRecords, vocabularyOf } from './arbitrary-facts.ts';
import { arbitraryQuery } from './arbitrary-questions.ts';
import { writeRecords } from './fact-rows.ts';
import { smallDictionary } from './small-dictionary.ts';

const seed = 20261123;
const recordSets = 12;
const questionsPerSet = 50;

function planOf(query: Query, dictionary: Dictionary): Plan {
	const plan = makePlan(
		{ project: 'p', purpose: 'HMB', query, release: { mechanism: 'exact' } },
		dictionary,
		4096,
	);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}

/** A query, and for each patient whether it is asked of them. */
function arbitraryQuestions(
	dictionary: Dictionary,
): fc.Arbitrary<readonly (readonly [Query, readonly boolean[]])[]> {
	const asked = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
	const question = fc.tuple(arbitraryQuery(vocabularyOf(dictionary)), asked);
	return fc.array(question, { minLength: questionsPerSet, maxLength: questionsPerSet });
}

for (const { name, open } of testDatabases) {
	describe(`createSqlCohortIndex on ${name}`, () => {
		let database: Database;

		beforeAll(async () => {
			database = await open();
			await migrate(database, [factsMigration]);
		});
		afterAll(() => database.close());

		it.each([
			['the small dictionary', smallDictionary],
			['the default dictionary', loadDefaultDictionary()],
		])('counts as the reference evaluator does, with %s', async (_what, dictionary) => {
			const store = createSnapshotStore(database);
			const index = createSqlCohortIndex(database, dictionary);
			const filled = { questions: 0, cells: 0 };
			const records = arbitraryRecords(vocabularyOf(dictionary), { minLength: 30, maxLength: 60 });
			const property = fc.asyncProperty(
				records,
				arbitraryQuestions(dictionary),
				async (patients, questions) => {
					await writeRecords(store, patients);
					const ordinals = (await createConsentRegister(database).all()).map(({ patient }) => patient);
					expect(ordinals).toHaveLength(patients.length);
					for (const [query, pattern] of questions) {
						const plan = planOf(query, dictionary);
						const isAsked = (_item: unknown, at: number): boolean => pattern[at % pattern.length] === true;
						const counts = await index.count(plan, ordinals.filter(isAsked));
						const expected = evaluate(plan, patients.filter(isAsked), dictionary);
						expect({ query, counts: counts.map(String) }).toEqual({ query, counts: expected.map(String) });
						const cells = expected.filter((count) => count > 0).length;
						filled.questions += cells > 0 ? 1 : 0;
						filled.cells += cells;
					}
				},
			);
			// A counterexample is not made smaller: each try would write its patients anew.
			await fc.assert(property, { seed, numRuns: recordSets, endOnFailure: true });
			// Most questions find someone: agreement on nothing but zeros would prove little.
			expect(filled.questions).toBeGreaterThan((recordSets * questionsPerSet) / 2);
			expect(filled.cells).toBeGreaterThan(recordSets * questionsPerSet);
		});
	});
}
