// What the SQL index refuses to count, and whom it never counts, on every database.

import { type Cohort, type Database, makePlan, migrate, type PatientRecord, type Plan } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsentRegister } from '../../node/src/adapters/snapshot/consent-register.ts';
import { factsMigration } from '../../node/src/adapters/snapshot/facts-migration.ts';
import { createSnapshotStore } from '../../node/src/adapters/snapshot/snapshot-store.ts';
import {
	createSqlCohortIndex,
	SnapshotReplaced,
} from '../../node/src/adapters/sql-cohort-index/sql-cohort-index.ts';
import type { CohortIndex, SnapshotStore } from '../../node/src/ports.ts';
import { testDatabases } from '../store/test-databases.ts';
import { writeRecords } from './fact-rows.ts';
import { smallDictionary } from './small-dictionary.ts';

const hasTop: Cohort = { condition: { code: 'top' } };

function planOf(cohort: Cohort): Plan {
	const query = { cordon: 1, cohort, ask: { histogram: { of: 'largest-number' } } } as const;
	const plan = makePlan(
		{ project: 'p', purpose: 'HMB', query, release: { mechanism: 'exact' } },
		smallDictionary,
		64,
	);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}

function recordsWith(conditions: readonly (readonly string[])[]): readonly PatientRecord[] {
	return conditions.map((codes, at) => ({
		patient: `patient-${at}`,
		examined: { image: false, genomes: [], clinical: true },
		series: [],
		values: [{ element: 'largest-number', value: 3, day: null }],
		genotypes: [],
		conditions: codes,
	}));
}

for (const { name, open } of testDatabases) {
	describe(`createSqlCohortIndex on ${name}`, () => {
		let database: Database;
		let store: SnapshotStore;
		let index: CohortIndex;

		beforeAll(async () => {
			database = await open();
			await migrate(database, [factsMigration]);
			store = createSnapshotStore(database);
			index = createSqlCohortIndex(database, smallDictionary);
		});
		afterAll(() => database.close());

		async function count(plan: Plan, patients: readonly number[]): Promise<readonly string[]> {
			return (await index.count(plan, patients)).map(String);
		}

		async function write(conditions: readonly (readonly string[])[]): Promise<readonly number[]> {
			await writeRecords(store, recordsWith(conditions));
			return (await createConsentRegister(database).all()).map(({ patient }) => patient);
		}

		it('gives every cell a zero where no patient is asked, even before the first snapshot', async () => {
			expect(await count(planOf(hasTop), [])).toEqual(['0', '0', '0', '0']);
		});

		it('counts a patient given twice once, and one not given not at all', async () => {
			const [first, second, third] = await write([['top'], ['both'], ['alone'], ['left']]);
			const given = [first, second, second, third].map(Number);
			expect(await count(planOf(hasTop), given)).toEqual(['0', '2', '0', '0']);
		});

		it('refuses the patients of a snapshot that was replaced since their consents were read', async () => {
			const before = await write([['top'], ['top']]);
			await write([['top'], ['top']]);
			await expect(index.count(planOf(hasTop), before)).rejects.toThrow(SnapshotReplaced);
			await expect(index.count(planOf(hasTop), before.slice(1))).rejects.toThrow(SnapshotReplaced);
		});

		it('refuses a plan that was made with another dictionary', async () => {
			const patients = await write([['top']]);
			const plan = planOf(hasTop);
			const [variable] = plan.variables;
			if (variable === undefined) throw new Error('a histogram has a variable');
			const other = {
				...plan,
				variables: [{ ...variable, categories: ['[0,5)', '[5,8)', '[8,10]', 'unknown'] }],
			};
			await expect(index.count(other, patients)).rejects.toThrow('made with another dictionary');
			await expect(index.count({ ...plan, cells: plan.cells.slice(1) }, patients)).rejects.toThrow(
				'other cells',
			);
		});

		it('takes a name for a value whatever it holds, and never for SQL', async () => {
			const patients = await write([['top']]);
			const attack = `top') or true; drop table patient; --"{}\\`;
			const attacks: readonly Cohort[] = [
				{ condition: { code: attack } },
				{ gene: { symbol: attack, consequence: [attack], significance: [attack, 'NULL'] } },
				{ imaging: { modality: attack, bodyPart: attack } },
				{ variant: { assembly: attack, contig: attack, position: 2 ** 52, ref: attack, alt: attack } },
				{ element: { id: 'first-code', in: [attack] } },
			];
			expect(await count(planOf({ any: attacks }), patients)).toEqual(['0', '0', '0', '0']);
		});

		it('answers a tree of 250 facts', async () => {
			const patients = await write([['top'], ['alone']]);
			const facts = Array.from({ length: 50 }, (_, at): readonly Cohort[] => [
				{ condition: { code: 'both' } },
				{ gene: { symbol: 'G1', consequence: ['stop_gained'] } },
				{ variant: { assembly: 'GRCh38', contig: '1', position: 100 + at, ref: 'C', alt: 'T' } },
				{ imaging: { modality: 'MR', contrast: true } },
				{ element: { id: 'largest-number', ge: 4 } },
			]).flat();
			expect(await count(planOf({ any: [hasTop, ...facts] }), patients)).toEqual(['0', '1', '0', '0']);
		});
	});
}
