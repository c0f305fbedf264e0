// Real mutations and a real clinical table, read as four hospitals would read them, against published counts.

import { loadDefaultDictionary } from '@cordon/policies';
import { Sensitive } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { type IngestReport, ingest } from '../../node/src/ingest/ingest.ts';
import { emptyMapping, parseMapping } from '../../node/src/ingest/mapping.ts';
import { parseSources } from '../../node/src/ingest/source-config.ts';
import type { FactRow } from '../../node/src/ports.ts';
import { outsideData } from '../outside-data.ts';
import { memoryStore, recordsOf } from './memory-store.ts';

const folder = outsideData('data/laml');
const dictionary = loadDefaultDictionary();

/** The last two digits of the barcode modulo 4, as expected.R divides the patients; the digits before do not matter. */
function hospitalPattern(remainder: number): RegExp {
	const endings = Array.from({ length: 25 }, (_, at) => String(at * 4 + remainder).padStart(2, '0'));
	return new RegExp(`^TCGA-AB-\\d\\d(${endings.join('|')})$`);
}

const nonSilent = new Set([
	'frameshift_variant',
	'splice_site_variant',
	'start_lost',
	'stop_gained',
	'stop_lost',
	'inframe_deletion',
	'inframe_insertion',
	'missense_variant',
]);

const mappingText = `
cordon: 1
elements:
  FAB_classification: { element: fab-classification }
  days_to_last_followup: { element: survival-days, unit: d }
`;

async function ingested(remainder: number): Promise<{ report: IngestReport; rows: readonly FactRow[] }> {
	const mapping = parseMapping(mappingText, dictionary);
	const sources = parseSources([
		{ kind: 'maf', path: 'tcga_laml.maf.gz', assembly: 'GRCh37', examined: 'everyone' },
		{ kind: 'csv', path: 'tcga_laml_annot.tsv', patient: 'Tumor_Sample_Barcode', dataClass: 'clinical' },
	]);
	if (!mapping.ok || !sources.ok || folder === null) throw new Error('the test is wrong');
	const store = memoryStore();
	const outcome = await ingest({
		sources: sources.value,
		baseFolder: folder,
		dictionary,
		mapping: mapping.value,
		patientsMatching: hospitalPattern(remainder),
		withdrawals: null,
		consentWaived: false,
		pseudonymKey: new Sensitive(new Uint8Array(32).fill(remainder + 1)),
		epoch: '2026-11',
		epochDay: 20_000,
		store,
		progress: () => undefined,
	});
	if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
	expect(store.ends).toEqual(['commit']);
	expect(store.largestWrite).toBeLessThanOrEqual(2000);
	return { report: outcome.value, rows: store.committed };
}

function carriers(rows: readonly FactRow[], gene: string): ReadonlySet<string> {
	return new Set(
		rows.flatMap((row) => {
			if (row.kind !== 'genotype' || row.genotype.gene !== gene || row.genotype.zygosity === 'missing')
				return [];
			return nonSilent.has(row.genotype.consequence ?? '') ? [row.patient] : [];
		}),
	);
}

describe.skipIf(folder === null)('ingest of TCGA-LAML as four hospitals', () => {
	it('gives the published patients, non-silent carriers and classes', async () => {
		const hospitals = await Promise.all([0, 1, 2, 3].map(ingested));
		const sum = (count: (rows: readonly FactRow[]) => number) =>
			hospitals.reduce((total, { rows }) => total + count(rows), 0);
		expect(hospitals.map(({ report }) => report.patients)).toEqual([50, 50, 49, 51]);
		const published = {
			DNMT3A: 48,
			NPM1: 33,
			FLT3: 52,
			IDH2: 20,
			IDH1: 18,
			TET2: 17,
			RUNX1: 16,
			TP53: 15,
			WT1: 12,
		};
		const counted = Object.fromEntries(
			Object.keys(published).map((gene) => [gene, sum((rows) => carriers(rows, gene).size)]),
		);
		expect(counted).toEqual(published);
		const both = sum(
			(rows) => [...carriers(rows, 'DNMT3A')].filter((patient) => carriers(rows, 'NPM1').has(patient)).length,
		);
		expect(both).toBe(16);
		const classes = hospitals.flatMap(({ rows }) =>
			rows.flatMap((row) =>
				row.kind === 'value' && row.value.element === 'fab-classification' ? [row.value.value] : [],
			),
		);
		const sizes = Object.fromEntries(
			[...Map.groupBy(classes, String)].sort().map(([name, all]) => [name, all.length]),
		);
		expect(sizes).toEqual({ M0: 20, M1: 44, M2: 44, M3: 21, M4: 42, M5: 22, M6: 3, M7: 3 });
	});

	it('counts every patient as examined in both classes, those without a mutation too', async () => {
		const { rows } = await ingested(0);
		const records = recordsOf(rows);
		expect(records.every(({ examined }) => examined.clinical)).toBe(true);
		expect(
			records.every(
				({ examined }) =>
					JSON.stringify(examined.genomes) ===
					'[{"assembly":"GRCh37","genes":"all","variants":"substitutions"}]',
			),
		).toBe(true);
		expect(records.some(({ genotypes }) => genotypes.length === 0)).toBe(true);
	});

	it('keeps no barcode', async () => {
		const { rows, report } = await ingested(1);
		expect(JSON.stringify(rows)).not.toContain('TCGA');
		expect(JSON.stringify(report)).not.toContain('TCGA-');
	});

	it('places the sex chromosome that the file numbers 23 on X', async () => {
		const { rows } = await ingested(2);
		const contigs = new Set(rows.flatMap((row) => (row.kind === 'genotype' ? [row.genotype.contig] : [])));
		expect(contigs.has('X')).toBe(true);
		expect(contigs.has('23')).toBe(false);
	});

	it('ends with no-patients and commits nothing where no identifier is this hospital`s', async () => {
		const sources = parseSources([
			{ kind: 'maf', path: 'tcga_laml.maf.gz', assembly: 'GRCh37', examined: 'everyone' },
		]);
		if (!sources.ok || folder === null) throw new Error('the test is wrong');
		const store = memoryStore();
		const outcome = await ingest({
			sources: sources.value,
			baseFolder: folder,
			dictionary,
			mapping: emptyMapping,
			patientsMatching: /^X/,
			withdrawals: null,
			consentWaived: false,
			pseudonymKey: new Sensitive(new Uint8Array(32)),
			epoch: '2026-11',
			epochDay: 20_000,
			store,
			progress: () => undefined,
		});
		expect(outcome).toEqual({
			ok: false,
			error: { code: 'no-patients', source: null, path: '', issues: [] },
		});
		expect(store.ends).toEqual(['discard']);
	});
});
