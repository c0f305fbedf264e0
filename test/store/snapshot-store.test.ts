// The contract of the store of facts, on every database: a snapshot takes over whole or not at all.

import { type Database, migrate, rowsOf } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsentRegister } from '../../node/src/adapters/snapshot/consent-register.ts';
import { factsMigration } from '../../node/src/adapters/snapshot/facts-migration.ts';
import { createSnapshotStore, SnapshotClosed } from '../../node/src/adapters/snapshot/snapshot-store.ts';
import { withdrawal } from '../../node/src/consent/patient-consent.ts';
import type { FactRow, Pseudonym, SnapshotStore } from '../../node/src/ports.ts';
import { testDatabases } from './test-databases.ts';

const factTables = [
	'patient',
	'panel',
	'genome_exam',
	'series',
	'value',
	'variant',
	'genotype',
	'condition',
	'consent',
];

function pseudonym(name: string): Pseudonym {
	return name as Pseudonym;
}

function factsOf(name: string): readonly FactRow[] {
	const patient = pseudonym(name);
	const allele = { assembly: 'GRCh38', contig: 'chr2', position: 208248388, ref: 'C', alt: 'T' };
	const annotation = { gene: 'IDH1', consequence: null, significance: 'pathogenic' };
	return [
		{ patient, kind: 'image-exam' },
		{ patient, kind: 'clinical-exam' },
		{ patient, kind: 'genome-exam', exam: { assembly: 'GRCh38', genes: ['TP53', 'IDH1'], variants: 'all' } },
		{ patient, kind: 'series', series: { modality: 'MR', bodyPart: null, contrast: null } },
		{ patient, kind: 'value', value: { element: 'volume', value: 12.5, day: null } },
		{ patient, kind: 'value', value: { element: 'mgmt', value: 'methylated', day: -3 } },
		{ patient, kind: 'genotype', genotype: { ...allele, ...annotation, zygosity: 'het' } },
		{ patient, kind: 'condition', code: 'C71.9' },
		{ patient, kind: 'consent', consent: withdrawal },
	];
}

for (const { name, open } of testDatabases) {
	describe(`createSnapshotStore on ${name}`, () => {
		let database: Database;
		let store: SnapshotStore;

		beforeAll(async () => {
			database = await open();
			await migrate(database, [factsMigration]);
			store = createSnapshotStore(database);
		});
		afterAll(() => database.close());

		async function rowCounts(): Promise<Readonly<Record<string, number>>> {
			const counts: Record<string, number> = {};
			for (const table of factTables) {
				const result = await database.read((tx) => tx.execute(`select count(*)::text as n from ${table}`));
				counts[table] = Number(rowsOf(result)[0]?.['n']);
			}
			return counts;
		}

		async function replaceWith(epoch: string, rows: readonly FactRow[]): Promise<void> {
			const writer = await store.begin(epoch);
			await writer.write(rows);
			await writer.commit();
		}

		async function patients(): Promise<readonly number[]> {
			return (await createConsentRegister(database).all()).map(({ patient }) => patient);
		}

		it('has no epoch and no patient before the first snapshot', async () => {
			expect(await store.currentEpoch()).toBeNull();
			expect(await createConsentRegister(database).all()).toEqual([]);
		});

		it('shows nothing of a snapshot before its commit, and all of it after', async () => {
			const writer = await store.begin('2026-10');
			await writer.write(factsOf('a'));
			expect(await store.currentEpoch()).toBeNull();
			expect(await patients()).toEqual([]);
			await writer.commit();
			expect(await store.currentEpoch()).toBe('2026-10');
			const [patient] = await createConsentRegister(database).all();
			expect(patient?.consents).toEqual([withdrawal]);
		});

		it('lists a patient without any consent, with none', async () => {
			await replaceWith('2026-10', [{ patient: pseudonym('b'), kind: 'image-exam' }]);
			expect((await createConsentRegister(database).all()).map(({ consents }) => consents)).toEqual([[]]);
		});

		it('keeps a fact once that comes twice in a batch and again in a later one', async () => {
			const writer = await store.begin('2026-11');
			await writer.write([...factsOf('a'), ...factsOf('a'), ...factsOf('b')]);
			await writer.write(factsOf('a'));
			await writer.commit();
			const twoPatients = {
				patient: 2,
				genome_exam: 2,
				series: 2,
				value: 4,
				genotype: 2,
				condition: 2,
				consent: 2,
			};
			expect(await rowCounts()).toEqual({ ...twoPatients, panel: 1, variant: 1 });
		});

		it('remembers an examination that an earlier batch told of', async () => {
			const writer = await store.begin('2026-11');
			await writer.write([{ patient: pseudonym('a'), kind: 'image-exam' }]);
			await writer.write([{ patient: pseudonym('a'), kind: 'clinical-exam' }]);
			await writer.write([{ patient: pseudonym('a'), kind: 'condition', code: 'C71.9' }]);
			await writer.commit();
			const result = await database.read((tx) =>
				tx.execute('select image_examined, clinical_examined from patient'),
			);
			expect(rowsOf(result)).toEqual([{ image_examined: true, clinical_examined: true }]);
		});

		it('keeps the snapshot before when a new one is discarded, and no trace of the new one', async () => {
			await replaceWith('2026-11', factsOf('a'));
			const before = await rowCounts();
			const writer = await store.begin('2026-12');
			await writer.write([...factsOf('b'), ...factsOf('c')]);
			await writer.discard();
			expect(await store.currentEpoch()).toBe('2026-11');
			expect(await rowCounts()).toEqual(before);
			await expect(writer.write(factsOf('d'))).rejects.toThrow(SnapshotClosed);
		});

		it('removes what a crash left unfinished when the next snapshot begins', async () => {
			await replaceWith('2026-11', factsOf('a'));
			const before = await rowCounts();
			const crashed = await store.begin('2026-12');
			await crashed.write(factsOf('b'));
			expect(await store.currentEpoch()).toBe('2026-11');
			const next = await createSnapshotStore(database).begin('2026-12');
			expect(await rowCounts()).toEqual(before);
			await expect(crashed.write(factsOf('c'))).rejects.toThrow(SnapshotClosed);
			await expect(crashed.commit()).rejects.toThrow(SnapshotClosed);
			await next.discard();
		});

		it('takes nothing more after a batch that failed, and commits nothing', async () => {
			await replaceWith('2026-11', factsOf('a'));
			const writer = await store.begin('2026-12');
			const broken: FactRow = { patient: pseudonym('b'), kind: 'condition', code: 'C71\0Secret' };
			const error: unknown = await writer.write([...factsOf('c'), broken]).catch((reason: unknown) => reason);
			expect(error).toMatchObject({ name: 'DatabaseFault', sqlState: '22021' });
			expect(String((error as Error).stack)).not.toContain('Secret');
			await expect(writer.write(factsOf('d'))).rejects.toThrow(SnapshotClosed);
			await expect(writer.commit()).rejects.toThrow(SnapshotClosed);
			await writer.discard();
			expect(await store.currentEpoch()).toBe('2026-11');
		});

		it('keeps no value that is a number but not a finite one', async () => {
			const values = [Number.NaN, Number.POSITIVE_INFINITY, 1.5e-300].map(
				(value): FactRow => ({
					patient: pseudonym('a'),
					kind: 'value',
					value: { element: 'volume', value, day: null },
				}),
			);
			await replaceWith('2026-11', values);
			const result = await database.read((tx) => tx.execute('select number from value'));
			expect(rowsOf(result)).toEqual([{ number: 1.5e-300 }]);
		});

		it('keeps a committed snapshot when its writer is told to discard', async () => {
			const writer = await store.begin('2026-11');
			await writer.write(factsOf('a'));
			await writer.commit();
			await writer.discard();
			expect(await store.currentEpoch()).toBe('2026-11');
			await expect(writer.commit()).rejects.toThrow(SnapshotClosed);
		});

		it('gives the patients of two snapshots in a row no ordinal in common, and each a gapless range', async () => {
			await replaceWith('2026-11', [...factsOf('a'), ...factsOf('b')]);
			const before = await patients();
			await replaceWith('2026-11', [...factsOf('c'), ...factsOf('d')]);
			const after = await patients();
			expect(before[1]).toBe(Number(before[0]) + 1);
			expect(after).toEqual([Number(before[1]) + 1, Number(before[1]) + 2]);
		});

		it('keeps text as it is, whatever characters it has', async () => {
			const code = `a"b\\c,{d}'e NULL é \u{1F9E0}\n;--`;
			await replaceWith('2026-11', [{ patient: pseudonym('a'), kind: 'condition', code }]);
			const result = await database.read((tx) => tx.execute('select code from condition'));
			expect(rowsOf(result)).toEqual([{ code }]);
		});
	});
}
