// One patient more or less changes the raw vector of a plan by no more than the plan says, whatever is known of them: with
// several values of an element, several series and variants, or nothing at all. By the reference and by the SQL index.

import {
	type Database,
	type Dictionary,
	evaluate,
	makePlan,
	migrate,
	networkSensitivity,
	networkThreshold,
	type PatientRecord,
	type Plan,
	type Query,
	sensitivityOf,
} from '@cordon/shared';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsentRegister } from '../../node/src/adapters/snapshot/consent-register.ts';
import { factsMigration } from '../../node/src/adapters/snapshot/facts-migration.ts';
import { createSnapshotStore } from '../../node/src/adapters/snapshot/snapshot-store.ts';
import { createSqlCohortIndex } from '../../node/src/adapters/sql-cohort-index/sql-cohort-index.ts';
import { samplePolicy } from '../../shared/src/testing/sample-manifest.ts';
import { testDatabases } from '../store/test-databases.ts';
import { arbitraryRecords, vocabularyOf } from './arbitrary-facts.ts';
import { arbitraryQuery } from './arbitrary-questions.ts';
import { writeRecords } from './fact-rows.ts';
import { smallDictionary } from './small-dictionary.ts';

const seed = 20_261_123;
const words = vocabularyOf(smallDictionary);
const records = arbitraryRecords(words, { minLength: 2, maxLength: 12 });

function planOf(query: Query, dictionary: Dictionary = smallDictionary): Plan {
	const release = { mechanism: 'exact' } as const;
	const plan = makePlan({ project: 'p', purpose: 'HMB', query, release }, dictionary, 4096);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}

function normsOf(
	a: readonly number[],
	b: readonly number[],
): { readonly l1: number; readonly l2Squared: number } {
	const changes = a.map((count, at) => count - (b[at] ?? Number.NaN));
	return {
		l1: changes.reduce((sum, change) => sum + Math.abs(change), 0),
		l2Squared: changes.reduce((sum, change) => sum + change * change, 0),
	};
}

function expectWithin(plan: Plan, norms: ReturnType<typeof normsOf>): void {
	const stated = sensitivityOf(plan);
	if (stated === null) throw new Error('a plan without its sensitivity');
	expect(stated.l1).toBe(plan.l1Sensitivity);
	expect(norms.l1).toBeLessThanOrEqual(stated.l1);
	expect(norms.l2Squared).toBeLessThanOrEqual(stated.l2Squared);
}

/** Every sex and size that there is, each on the same day, in two series and with two conditions. */
function inSeveralCategories(): PatientRecord {
	const values = smallDictionary.elements.flatMap((element) => {
		const known = element.type === 'number' ? element.bins : element.values.map(({ id }) => id);
		return known.map((value) => ({ element: element.id, value, day: 1 }));
	});
	return {
		patient: 'several',
		examined: { image: true, clinical: true, genomes: [] },
		series: words.modalities.map((modality) => ({ modality, bodyPart: null, contrast: true })),
		values,
		genotypes: [],
		conditions: [...words.conditions],
	};
}

describe('one patient, by the reference evaluator', () => {
	it('changes the vector by no more than the plan states, and some by just that', () => {
		let changed = 0;
		const property = fc.property(records, arbitraryQuery(words), fc.nat(), (patients, query, which) => {
			const plan = planOf(query);
			const others = patients.toSpliced(which % patients.length, 1);
			const norms = normsOf(
				evaluate(plan, patients, smallDictionary),
				evaluate(plan, others, smallDictionary),
			);
			expectWithin(plan, norms);
			changed += norms.l1;
		});
		fc.assert(property, { seed, numRuns: 2_000 });
		expect(changed).toBeGreaterThan(500);
	});

	it('is in one cell also with a value in every category', () => {
		const patient = inSeveralCategories();
		const whole: Query['cohort'] = {
			any: [{ condition: { code: 'top' } }, { not: { condition: { code: 'top' } } }],
		};
		for (const of of smallDictionary.elements.map(({ id }) => id)) {
			const plan = planOf({ cordon: 1, cohort: whole, ask: { histogram: { of } } });
			const counts = evaluate(plan, [patient], smallDictionary);
			expect(counts.filter((count) => count !== 0)).toEqual([1]);
		}
	});

	it('at c hospitals changes the network`s sum by no more than c times that', () => {
		const hospitals = fc.array(records, { minLength: 1, maxLength: 5 });
		const property = fc.property(hospitals, arbitraryQuery(words), fc.nat(), (sets, query, which) => {
			const plan = planOf(query);
			const [patient] = sets[which % sets.length] ?? [];
			if (patient === undefined) throw new Error('a hospital has patients');
			const sum = (lists: readonly (readonly PatientRecord[])[]): readonly number[] =>
				lists
					.map((list) => evaluate(plan, list, smallDictionary))
					.reduce((total, counts) => total.map((count, at) => count + (counts[at] ?? 0)));
			const policy = { ...samplePolicy, hospitalsPerPatient: sets.length };
			const { l1 } = normsOf(sum(sets.map((list) => [...list, patient])), sum(sets));
			expect(l1).toBeLessThanOrEqual(networkSensitivity(plan, policy));
		});
		fc.assert(property, { seed, numRuns: 300 });
	});
});

describe('a cell that is shown exactly where patients may be at c hospitals', () => {
	it('holds at least k different people, however they are spread', () => {
		const spread = fc.record({
			c: fc.integer({ min: 1, max: 6 }),
			k: fc.integer({ min: 2, max: 15 }),
			visits: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 30 }),
		});
		let shown = 0;
		const property = fc.property(spread, ({ c, k, visits }) => {
			const entries = visits.reduce((sum, at) => sum + Math.min(at, c), 0);
			if (entries < networkThreshold({ ...samplePolicy, hospitalsPerPatient: c }, k)) return;
			shown += 1;
			expect(visits.length).toBeGreaterThanOrEqual(k);
		});
		fc.assert(property, { seed, numRuns: 3_000 });
		expect(shown).toBeGreaterThan(300);
	});

	it('could hold fewer at one entry less', () => {
		const [c, k] = [3, 11];
		const threshold = networkThreshold({ ...samplePolicy, hospitalsPerPatient: c }, k);
		expect(Math.ceil((threshold - 1) / c)).toBe(k - 1);
	});
});

for (const { name, open } of testDatabases) {
	describe(`one patient, by the index on ${name}`, () => {
		let database: Database;

		beforeAll(async () => {
			database = await open();
			await migrate(database, [factsMigration]);
		});
		afterAll(() => database.close());

		it('changes the vector by no more than the plan states', async () => {
			const store = createSnapshotStore(database);
			const index = createSqlCohortIndex(database, smallDictionary);
			let changed = 0;
			const queries = fc.array(arbitraryQuery(words), { minLength: 20, maxLength: 20 });
			const property = fc.asyncProperty(records, queries, async (patients, asked) => {
				await writeRecords(store, [...patients, inSeveralCategories()]);
				const ordinals = (await createConsentRegister(database).all()).map(({ patient }) => patient);
				for (const [turn, query] of asked.entries()) {
					const plan = planOf(query);
					const countsOf = async (among: readonly number[]): Promise<readonly number[]> =>
						(await index.count(plan, among)).map((count) => Number(String(count)));
					const others = ordinals.toSpliced(turn % ordinals.length, 1);
					const norms = normsOf(await countsOf(ordinals), await countsOf(others));
					expectWithin(plan, norms);
					changed += norms.l1;
				}
			});
			await fc.assert(property, { seed, numRuns: 6, endOnFailure: true });
			expect(changed).toBeGreaterThan(20);
		}, 120_000);
	});
}
