// Rows that do not settle who carries what: failed filters, symbolic alleles, no genotypes. Truth by the reference evaluator.

import { loadDefaultDictionary } from '@cordon/policies';
import { type PatientRecord, truthOf } from '@cordon/shared';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyMapping } from '../../node/src/ingest/mapping.ts';
import type { VcfSource } from '../../node/src/ingest/source-config.ts';
import type { SourceFact } from '../../node/src/ingest/source-reader.ts';
import { createVcfReader } from '../../node/src/ingest/vcf/vcf-reader.ts';
import { createVocabulary } from '../../node/src/ingest/vocabulary.ts';
import { madeFiles, readAll, shown } from './made-files.ts';

type Fact = Parameters<typeof truthOf>[0];
type Truth = ReturnType<typeof truthOf>;

const files = madeFiles();
afterAll(files.remove);

const dictionary = loadDefaultDictionary();
const config: VcfSource = {
	kind: 'vcf',
	path: '',
	assembly: 'GRCh38',
	genes: 'all',
	samples: null,
	info: { gene: 'GENE', consequence: 'CSQ_TERM', significance: 'CLNSIG' },
};

/** The carrier, one who is not, and one whose site was not called. */
const samples = ['CARRIER', 'REFERENCE', 'UNCALLED'];

async function factsOf(rows: readonly string[]): Promise<readonly SourceFact[]> {
	const columns = ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT', ...samples];
	const lines = [
		'##fileformat=VCFv4.3',
		'##INFO=<ID=CSQ_TERM,Number=A,Type=String,Description="Consequence">',
		'##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
		columns.join('\t'),
		...rows.map((row) => row.replaceAll(' ', '\t')),
	];
	const path = files.write('uncertain.vcf', `${lines.join('\n')}\n`);
	const reader = createVcfReader(config, path, createVocabulary(emptyMapping, dictionary));
	return (await readAll(reader)).facts;
}

async function genotypes(rows: readonly string[]): Promise<readonly string[]> {
	return (await factsOf(rows)).filter(({ kind }) => kind === 'genotype').map(shown);
}

function recordOf(patient: string, facts: readonly SourceFact[]): PatientRecord {
	const own = facts.filter((fact) => fact.patient === patient);
	const genomes = own.flatMap((fact) => (fact.kind === 'genome-exam' ? [fact.exam] : []));
	return {
		patient,
		examined: { image: false, genomes, clinical: false },
		series: [],
		values: [],
		genotypes: own.flatMap((fact) => (fact.kind === 'genotype' ? [fact.genotype] : [])),
		conditions: [],
	};
}

/** Of the three samples, in their order. */
async function truths(fact: Fact, rows: readonly string[]): Promise<readonly Truth[]> {
	const facts = await factsOf(rows);
	return samples.map((patient) => truthOf(fact, recordOf(patient, facts), dictionary));
}

const idh1 = { gene: { symbol: 'IDH1' } } as const;
const egfr = { gene: { symbol: 'EGFR' } } as const;
const r132h = { assembly: 'GRCh38', contig: '2', position: 208248388, ref: 'C', alt: 'T' };
const filtered = '2 208248388 . C T . q10 GENE=IDH1;CSQ_TERM=missense_variant GT 0/1 0/0 ./.';
const passed = filtered.replace('q10', 'PASS');

describe('a row that failed a filter', () => {
	it('leaves its carrier unknown for the gene and the variant, and false elsewhere', async () => {
		expect(await truths(idh1, [filtered])).toEqual([null, false, null]);
		expect(await truths({ variant: r132h }, [filtered])).toEqual([null, false, null]);
		expect(await truths(egfr, [filtered])).toEqual([false, false, false]);
		expect(await truths({ variant: { ...r132h, alt: 'A' } }, [filtered])).toEqual([false, false, false]);
	});

	it('leaves its carrier unknown where the gene follows from the position, and for a variant outside all genes', async () => {
		expect(await truths(idh1, ['2 208248388 . C T . q10;s50 . GT 1/1 0/0 ./.'])).toEqual([null, false, null]);
		const outside = { variant: { ...r132h, position: 1000 } };
		expect(await truths(outside, ['2 1000 . C T . q10 . GT 0|1 0/0 0/0'])).toEqual([null, false, false]);
	});

	it('says nothing against a row that passed, in either order', async () => {
		expect(await truths(idh1, [filtered, passed])).toEqual([true, false, null]);
		expect(await truths(idh1, [passed, filtered])).toEqual([true, false, null]);
	});

	it('rules out what its consequence rules out', async () => {
		const other = { gene: { symbol: 'IDH1', consequence: ['stop_gained'] } };
		expect(await truths(other, [filtered])).toEqual([false, false, false]);
		const same = { gene: { symbol: 'IDH1', consequence: ['missense_variant'] } };
		expect(await truths(same, [filtered])).toEqual([null, false, null]);
	});

	it('gives each alternate as not called, for its carriers alone', async () => {
		const row = '2 208248388 . C T,A . q10 GENE=IDH1 GT 0/2 0/0 ./1';
		expect(await genotypes([row])).toEqual([
			'CARRIER missing 2:208248388 C>A IDH1 null null',
			'UNCALLED missing 2:208248388 C>T IDH1 null null',
			'UNCALLED missing 2:208248388 C>A IDH1 null null',
		]);
	});
});

describe('a symbolic allele', () => {
	it.each(['<DEL>', '<DUP:TANDEM>', '<NON_REF>', '<*>', 'C[chr7:55019017[', ']7:55019017]C', 'C.'])(
		'%s leaves its carrier unknown for the gene that INFO names',
		async (alternate) => {
			const row = `2 1000 . C ${alternate} . PASS GENE=IDH1 GT 0/1 0/0 ./.`;
			expect(await truths(idh1, [row])).toEqual([null, false, null]);
			expect(await truths(egfr, [row])).toEqual([false, false, false]);
			expect(await genotypes([row])).toEqual([
				'CARRIER missing 2:1000 C><symbolic> IDH1 null null',
				'UNCALLED missing 2:1000 C><symbolic> IDH1 null null',
			]);
		},
	);

	it.each([
		['7 55100000 . N <DEL> . PASS .', 'it starts in'],
		['7 55000000 . N <DEL> . PASS SVTYPE=DEL;END=55020000', 'it runs into by END'],
		['chr7 55000000 . N <DUP> . PASS SVLEN=300000', 'it covers by SVLEN'],
		['7 55000000 . N <DEL> . PASS SVLEN=-20000', 'it runs into by a negative SVLEN'],
		['7 55000000 . N <DEL> . PASS END=55000001;SVLEN=-20000', 'it runs into by the longer of both'],
		['7 55000000 . N <CN0>,<CN3> . PASS SVLEN=1,.,-20000', 'it runs into by the longest of several'],
		['7 55000000 . N <DEL> . PASS GENE=TP53;END=55020000', 'it runs into, though INFO names another'],
	])('%s leaves its carrier unknown for a gene that %s', async (fixed) => {
		const row = `${fixed} GT 0/1 0/0 0/0`;
		expect(await truths(egfr, [row])).toEqual([null, false, false]);
		expect(await truths(idh1, [row])).toEqual([false, false, false]);
	});

	it.each([
		'7 55000000 . N <DEL> . PASS END=55019016',
		'7 55000000 . N <INS> . PASS SVLEN=300000',
		'7 55300000 . N <DEL> . PASS END=55020000',
		'7 55000000 . N <DEL> . PASS END=.;SVLEN=x',
	])('%s leaves nobody unknown, since it reaches no gene', async (fixed) => {
		const row = `${fixed} GT 0/1 0/0 0/0`;
		expect(await genotypes([row])).toEqual([]);
		expect(await truths(egfr, [row])).toEqual([false, false, false]);
	});

	it('is never the allele of a question, and leaves one beside it as it is', async () => {
		const row = '2 208248388 . C T,<DEL> . PASS GENE=IDH1 GT 1/2 0/0 0/2';
		expect(await truths({ variant: r132h }, [row])).toEqual([true, false, false]);
		expect(await truths(idh1, [row])).toEqual([true, false, null]);
	});

	it('is skipped where it only marks a deletion that another row has', async () => {
		expect(await genotypes(['2 208248388 . C * . PASS GENE=IDH1 GT 0/1 0/0 ./.'])).toEqual([]);
	});
});

describe('a row without genotypes', () => {
	it('leaves every sample unknown', async () => {
		const row = '2 208248388 . C T . PASS GENE=IDH1 DP 7 8 9';
		expect(await truths(idh1, [row])).toEqual([null, null, null]);
		expect(await truths({ variant: r132h }, [row])).toEqual([null, null, null]);
		expect(await truths(egfr, [row])).toEqual([false, false, false]);
	});
});
