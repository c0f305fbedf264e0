// The whole way of a hospital's tables into a snapshot: who was examined, who withdrew, and what ends an ingest.

import { loadDefaultDictionary } from '@cordon/policies';
import { Sensitive, truthOf } from '@cordon/shared';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { withdrawal } from '../../node/src/consent/patient-consent.ts';
import { type IngestProgress, type IngestRequest, ingest } from '../../node/src/ingest/ingest.ts';
import { emptyMapping } from '../../node/src/ingest/mapping.ts';
import { pseudonymOf } from '../../node/src/ingest/pseudonym.ts';
import { parseSources } from '../../node/src/ingest/source-config.ts';
import type { FactRow } from '../../node/src/ports.ts';
import { madeFiles } from './made-files.ts';
import { type MemoryStore, memoryStore, recordsOf } from './memory-store.ts';

const files = madeFiles();
afterAll(files.remove);

const key = new Sensitive(new Uint8Array(32).fill(7));
let store: MemoryStore;
let shown: IngestProgress[];
beforeEach(() => {
	store = memoryStore();
	shown = [];
});

const mafHeader =
	'Hugo_Symbol\tChromosome\tStart_Position\tEnd_Position\tVariant_Classification\tReference_Allele\tTumor_Seq_Allele1\tTumor_Seq_Allele2\tTumor_Sample_Barcode';
files.write(
	'm.maf',
	`${mafHeader}\nIDH1\t2\t100\t100\tMissense_Mutation\tC\tC\tT\tN-1\nIDH1\t2\t100\t100\tSilent\tC\tC\tT\tS-9\n`,
);
files.write(
	'c.csv',
	'id,tumor-volume,secret\nN-1,10,CANARY\n N-2 ,20,CANARY\nS-9,30,CANARY\nN-2,CANARY,CANARY\n',
);
files.write('examined.csv', 'who\nN-2\nN-3\n');
files.write('withdrawals.csv', 'patient\nN-2\nN-77\nS-9\n');

const maf = { kind: 'maf', path: 'm.maf', assembly: 'GRCh37', examined: 'everyone' };
const csv = { kind: 'csv', path: 'c.csv', patient: 'id', dataClass: 'image' };

function run(sources: readonly unknown[], changes: Partial<IngestRequest> = {}) {
	const parsed = parseSources(sources);
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
	return ingest({
		sources: parsed.value,
		baseFolder: files.folder,
		dictionary: loadDefaultDictionary(),
		mapping: emptyMapping,
		patientsMatching: /^N-/g,
		withdrawals: null,
		consentWaived: false,
		pseudonymKey: key,
		epoch: '2026-11',
		epochDay: 20_000,
		store,
		progress: (progress) => shown.push(progress),
		...changes,
	});
}

const rowsOf = (identifier: string): readonly FactRow[] =>
	store.committed.filter(({ patient }) => patient === pseudonymOf(identifier, key));

describe('ingest', () => {
	it('keeps this hospital`s patients under pseudonyms and reports each source', async () => {
		const outcome = await run([maf, csv]);
		expect(outcome).toEqual({
			ok: true,
			value: {
				epoch: '2026-11',
				patients: 2,
				withdrawals: { applied: 0, notFound: 0 },
				sources: [
					{
						kind: 'maf',
						path: 'm.maf',
						files: 1,
						read: 1,
						facts: 1,
						patients: 1,
						issues: [],
						issueTotals: {},
						unmapped: {},
					},
					{
						kind: 'csv',
						path: 'c.csv',
						files: 1,
						read: 1,
						facts: 5,
						patients: 2,
						issues: [{ file: 'c.csv', code: 'value-invalid', severity: 'warning', place: 'line 5' }],
						issueTotals: { 'value-invalid': 1 },
						unmapped: { 'column secret': 1, 'value-invalid in column tumor-volume': 1 },
					},
				],
			},
		});
		expect(store.ends).toEqual(['commit']);
		expect(await store.currentEpoch()).toBe('2026-11');
	});

	it('counts everyone as examined by a maf, whatever source knows them', async () => {
		await run([maf, csv]);
		const genomes = recordsOf(store.committed).map(({ examined }) => examined.genomes);
		const exam = { assembly: 'GRCh37', genes: 'all', variants: 'substitutions' };
		expect(genomes).toEqual([[exam], [exam]]);
	});

	it('keeps the examinations of a maf and of a vcf apart, since only one rules out insertions', async () => {
		files.write(
			'g.vcf',
			'##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tN-1\n',
		);
		await run([maf, { kind: 'vcf', path: 'g.vcf', assembly: 'GRCh37' }]);
		const [record] = recordsOf(store.committed);
		expect(record?.examined.genomes.map(({ variants }) => variants).sort()).toEqual(['all', 'substitutions']);
		const insertion = { assembly: 'GRCh37', contig: '2', position: 100, ref: 'C', alt: 'CA' };
		expect(record && truthOf({ variant: insertion }, record, loadDefaultDictionary())).toBe(false);
		await run([maf]);
		const [alone] = recordsOf(store.committed);
		expect(alone && truthOf({ variant: insertion }, alone, loadDefaultDictionary())).toBeNull();
	});

	it('counts those of a list as examined, and makes them patients', async () => {
		const outcome = await run([
			{ ...maf, genes: ['IDH1'], examined: { file: 'examined.csv', column: 'who' } },
			csv,
		]);
		expect(outcome).toMatchObject({ ok: true, value: { patients: 3 } });
		const exams = (identifier: string) =>
			rowsOf(identifier).filter(({ kind }) => kind === 'genome-exam').length;
		expect([exams('N-1'), exams('N-2'), exams('N-3')]).toEqual([0, 1, 1]);
		expect(rowsOf('N-3')).toEqual([
			{
				patient: pseudonymOf('N-3', key),
				kind: 'genome-exam',
				exam: { assembly: 'GRCh37', genes: ['IDH1'], variants: 'substitutions' },
			},
		]);
	});

	it('writes an examination once a patient, however many rows show it', async () => {
		await run([csv, csv]);
		expect(rowsOf('N-2').filter(({ kind }) => kind === 'image-exam').length).toBe(1);
	});

	it('denies everything for those who withdrew, and counts those it does not know', async () => {
		const outcome = await run([maf, csv], { withdrawals: 'withdrawals.csv' });
		expect(outcome).toMatchObject({ ok: true, value: { withdrawals: { applied: 1, notFound: 1 } } });
		expect(store.committed.filter(({ kind }) => kind === 'consent')).toEqual([
			{ patient: pseudonymOf('N-2', key), kind: 'consent', consent: withdrawal },
		]);
	});

	it('lets no identifier and no cell it did not understand into rows, report or progress', async () => {
		const outcome = await run([maf, csv], { withdrawals: 'withdrawals.csv' });
		for (const text of [JSON.stringify(store.committed), JSON.stringify(outcome), JSON.stringify(shown)]) {
			for (const canary of ['CANARY', 'N-1', 'N-2', 'N-77', 'S-9']) expect(text).not.toContain(canary);
		}
	});

	it('shows its progress by source and file', async () => {
		await run([maf, csv]);
		expect(shown).toEqual([
			{ source: 0, kind: 'maf', done: 0, total: 1 },
			{ source: 0, kind: 'maf', done: 1, total: 1 },
			{ source: 1, kind: 'csv', done: 0, total: 1 },
			{ source: 1, kind: 'csv', done: 1, total: 1 },
		]);
	});

	it.each([
		['a path that does not exist', [csv, { ...maf, path: 'absent.maf' }], 'source-missing', 1, 'absent.maf'],
		['a file that cannot be read', [maf, { ...csv, patient: 'nobody' }], 'source-unreadable', 1, 'c.csv'],
		['an assembly no question can name', [{ ...maf, assembly: 'GRCh99' }], 'assembly-unknown', 0, 'm.maf'],
	])('ends with nothing committed for %s', async (_, sources, code, source, path) => {
		expect(await run(sources)).toMatchObject({ ok: false, error: { code, source, path } });
		expect(store.ends).not.toContain('commit');
		expect(store.committed).toEqual([]);
	});

	it('ends where a list of examined patients cannot be read', async () => {
		const listed = { ...maf, examined: { file: 'examined.csv', column: 'whom' } };
		expect(await run([listed])).toMatchObject({
			ok: false,
			error: { code: 'list-unreadable', source: 0, issues: [{ code: 'column-missing' }] },
		});
		expect(store.ends).toEqual([]);
	});

	it('ends where the withdrawals cannot be read', async () => {
		expect(await run([csv], { withdrawals: 'absent.csv' })).toMatchObject({
			ok: false,
			error: { code: 'withdrawals-unreadable', source: null, path: 'absent.csv' },
		});
		expect(store.ends).toEqual([]);
	});

	it('discards and rejects where the store fails', async () => {
		const ends: string[] = [];
		const failing: IngestRequest['store'] = {
			currentEpoch: async () => null,
			currentSnapshot: async () => null,
			begin: async () => ({
				write: async () => {
					throw new Error('disk full');
				},
				commit: async () => {
					ends.push('commit');
				},
				discard: async () => {
					ends.push('discard');
				},
			}),
		};
		await expect(run([csv], { store: failing })).rejects.toThrow('disk full');
		expect(ends).toEqual(['discard']);
	});
});
