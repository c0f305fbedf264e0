// Genotypes of VCF files: zygosity, several alternates, missing calls, packings, and bcftools' counts of the same file.

import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { loadDefaultDictionary } from '@cordon/policies';
import { type GeneFact, type PatientRecord, truthOf } from '@cordon/shared';
import { afterAll, describe, expect, it } from 'vitest';
import { emptyMapping } from '../../node/src/ingest/mapping.ts';
import type { VcfSource } from '../../node/src/ingest/source-config.ts';
import type { SourceFact } from '../../node/src/ingest/source-reader.ts';
import { createVcfReader } from '../../node/src/ingest/vcf/vcf-reader.ts';
import { createVocabulary } from '../../node/src/ingest/vocabulary.ts';
import { madeFiles, readAll, shown } from './made-files.ts';

const files = madeFiles();
afterAll(files.remove);

const config: VcfSource = {
	kind: 'vcf',
	path: '',
	assembly: 'GRCh38',
	genes: 'all',
	samples: null,
	info: { gene: 'GENE', consequence: 'CSQ_TERM', significance: 'CLNSIG' },
};
const vocabulary = createVocabulary(emptyMapping, loadDefaultDictionary());

const meta = [
	'##fileformat=VCFv4.3',
	'##reference=GRCh38',
	'##INFO=<ID=GENE,Number=1,Type=String,Description="Gene">',
	'##INFO=<ID=CSQ_TERM,Number=A,Type=String,Description="Consequence">',
	'##INFO=<ID=CLNSIG,Number=.,Type=String,Description="Significance">',
	'##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
];

function vcf(samples: readonly string[], rows: readonly string[], header: readonly string[] = meta): string {
	const columns = ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT', ...samples].join(
		'\t',
	);
	return `${[...header, columns, ...rows.map((row) => row.replaceAll(' ', '\t'))].join('\n')}\n`;
}

const reader = (path: string, changes: Partial<VcfSource> = {}) =>
	createVcfReader({ ...config, ...changes }, path, vocabulary);

function recordOf(patient: string, facts: readonly SourceFact[]): PatientRecord {
	const own = facts.filter((fact) => fact.patient === patient);
	return {
		patient,
		examined: {
			image: false,
			genomes: own.flatMap((fact) => (fact.kind === 'genome-exam' ? [fact.exam] : [])),
			clinical: false,
		},
		series: [],
		values: [],
		genotypes: own.flatMap((fact) => (fact.kind === 'genotype' ? [fact.genotype] : [])),
		conditions: [],
	};
}

async function genotypes(rows: readonly string[], samples = ['P1', 'P2', 'P3']): Promise<readonly string[]> {
	const { facts } = await readAll(reader(files.write('one.vcf', vcf(samples, rows))));
	return facts.filter(({ kind }) => kind === 'genotype').map(shown);
}

async function refusal(content: string | Uint8Array, changes: Partial<VcfSource> = {}): Promise<unknown> {
	const name = typeof content === 'string' ? 'bad.vcf' : 'bad.vcf.gz';
	const { facts, report } = await readAll(reader(files.write(name, content), changes));
	expect([facts.length, report.read]).toEqual([0, 0]);
	return report.issues.map(({ code, place }) => (place === undefined ? code : `${code} ${place}`));
}

describe('createVcfReader', () => {
	it('examines every sample, and gives no fact for a reference call', async () => {
		const path = files.write('ref.vcf', vcf(['P1', 'P2'], ['1 100 . A G . PASS . GT 0/0 0|0']));
		const { facts } = await readAll(reader(path));
		expect(facts).toEqual(
			['P1', 'P2'].map((patient) => ({
				patient,
				kind: 'genome-exam',
				exam: { assembly: 'GRCh38', genes: 'all', variants: 'all' },
			})),
		);
	});

	it('tells het, hom, haploid and missing apart', async () => {
		expect(
			await genotypes(
				['chrX 100 . a g . . GENE=ATRX;CSQ_TERM=missense_variant GT:DP 0/1:5 1 ./.'],
				['P1', 'P2', 'P3'],
			),
		).toEqual([
			'P1 het X:100 A>G ATRX missense_variant null',
			'P2 hom X:100 A>G ATRX missense_variant null',
			'P3 missing X:100 A>G ATRX missense_variant null',
		]);
	});

	it('splits alternates, trims shared bases and gives each its own consequence', async () => {
		expect(
			await genotypes([
				'2 200 . CTT CT,C . PASS GENE=IDH1;CSQ_TERM=frameshift_variant,inframe_deletion;CLNSIG=Pathogenic GT 1/2 0|1 ./2',
			]),
		).toEqual([
			'P1 het 2:200 CT>C IDH1 frameshift_variant pathogenic',
			'P1 het 2:200 CTT>C IDH1 inframe_deletion pathogenic',
			'P2 het 2:200 CT>C IDH1 frameshift_variant pathogenic',
			'P3 missing 2:200 CT>C IDH1 frameshift_variant pathogenic',
			'P3 het 2:200 CTT>C IDH1 inframe_deletion pathogenic',
		]);
	});

	it('counts symbolic alternates, failed filters and rows without genotypes, and takes none for a call', async () => {
		const path = files.write(
			'out.vcf',
			vcf(
				['P1'],
				[
					'1 100 . A *,G . PASS . GT 1/2',
					'1 101 . A <NON_REF> . PASS . GT 0/1',
					'1 102 . A G . q10 . GT 0/1',
					'1 103 . A G . PASS . DP 7',
					'<2> 104 . A G . PASS . GT 0/1',
				],
			),
		);
		const { facts, report } = await readAll(reader(path));
		expect(facts.slice(1).map(shown)).toEqual([
			'P1 het 1:100 A>G null null null',
			'P1 missing 1:102 A>G null null null',
			'P1 missing 1:103 A>G null null null',
		]);
		expect(report.issues).toEqual([
			{ file: 'out.vcf', code: 'allele-not-sequence', severity: 'warning', place: 'line 8', times: 2 },
			{ file: 'out.vcf', code: 'row-filtered', severity: 'warning', place: 'line 10' },
			{ file: 'out.vcf', code: 'row-without-genotypes', severity: 'warning', place: 'line 11' },
			{ file: 'out.vcf', code: 'contig-not-sequence', severity: 'warning', place: 'line 12' },
		]);
	});

	it('takes the first known of several joined consequences and reports what maps to nothing', async () => {
		const path = files.write(
			'terms.vcf',
			vcf(['P1'], ['1 1 . A G . . GENE=NOGENE;CSQ_TERM=odd_term&missense_variant;CLNSIG=weird GT 0/1']),
		);
		const { facts, report } = await readAll(reader(path));
		expect(facts.slice(1).map(shown)).toEqual(['P1 het 1:1 A>G null missense_variant null']);
		expect(report.unmapped).toEqual({ 'gene NOGENE': 1, 'significance weird': 1 });
	});

	it('gives a row without a gene those it lies in, with the consequence unknown and a warning', async () => {
		const path = files.write(
			'position.vcf',
			vcf(
				['P1', 'P2', 'P3'],
				[
					'chr2 208248388 . C T . PASS . GT 0/1 1/1 ./.',
					'2 208248389 . G A . PASS GENE=OLD-IDH1;CSQ_TERM=missense_variant;CLNSIG=Benign GT 0/1 0/0 0/0',
					'2 208248390 . G A . PASS GENE=EGFR;CSQ_TERM=missense_variant GT 0/0 0/1 0/0',
					'2 1000 . G A . PASS GENE=OLD-IDH1;CSQ_TERM=missense_variant GT 0/1 0/0 0/0',
				],
			),
		);
		const { facts, report } = await readAll(reader(path));
		expect(facts.slice(3).map(shown)).toEqual([
			'P1 het 2:208248388 C>T IDH1 null null',
			'P2 hom 2:208248388 C>T IDH1 null null',
			'P3 missing 2:208248388 C>T IDH1 null null',
			'P1 het 2:208248389 G>A IDH1 null benign',
			'P2 het 2:208248390 G>A EGFR missense_variant null',
			'P1 het 2:1000 G>A null missense_variant null',
		]);
		expect(report.issues).toEqual([
			{ file: 'position.vcf', code: 'gene-by-position', severity: 'warning', place: 'line 8', times: 2 },
		]);
		expect(report.unmapped).toEqual({ 'gene OLD-IDH1': 2 });
	});

	it('takes the genes of the source`s assembly, every one where they overlap, and a deletion that runs into one', async () => {
		const regions = (symbol: string, start: number) => ({
			symbol,
			regions: [{ assembly: 'GRCh38', contig: '1', start, end: 200 }],
		});
		const dictionary = { ...loadDefaultDictionary(), genes: [regions('AAA', 100), regions('BBB', 150)] };
		const overlapping = createVocabulary(emptyMapping, dictionary);
		const rows = [
			'1 98 . ACG A . . . GT 0/1',
			'1 99 . A G . . . GT 0/1',
			'1 150 . A G . . . GT 0/1',
			'1 200 . A G,T . . . GT 1/2',
			'1 201 . A G . . . GT 0/1',
		];
		const path = files.write('overlap.vcf', vcf(['P1'], rows, [meta[0] ?? '', ...meta.slice(2)]));
		const onAssembly = async (assembly: string) => {
			const { facts } = await readAll(createVcfReader({ ...config, assembly }, path, overlapping));
			return facts.slice(1).map((fact) => shown(fact).split(' ').slice(2, 5).join(' '));
		};
		expect(await onAssembly('GRCh38')).toEqual([
			'1:98 ACG>A AAA',
			'1:99 A>G null',
			'1:150 A>G AAA',
			'1:150 A>G BBB',
			'1:200 A>G AAA',
			'1:200 A>G BBB',
			'1:200 A>T AAA',
			'1:200 A>T BBB',
			'1:201 A>G null',
		]);
		const elsewhere = await onAssembly('GRCh37');
		expect(elsewhere.every((line) => line.endsWith(' null'))).toBe(true);
	});

	it('lets a question for the gene find the carriers of a file without any gene', async () => {
		const path = files.write(
			'plain.vcf',
			vcf(['P1', 'P2', 'P3'], ['2 208248388 . C T . . . GT 0/1 0/0 ./.']),
		);
		const { facts } = await readAll(reader(path));
		const truths = (fact: GeneFact) =>
			['P1', 'P2', 'P3'].map((patient) =>
				truthOf({ gene: fact }, recordOf(patient, facts), loadDefaultDictionary()),
			);
		expect(truths({ symbol: 'IDH1' })).toEqual([true, false, null]);
		expect(truths({ symbol: 'IDH1', consequence: ['missense_variant'] })).toEqual([null, false, null]);
		expect(truths({ symbol: 'IDH1', significance: ['pathogenic'] })).toEqual([null, false, null]);
		expect(truths({ symbol: 'EGFR' })).toEqual([false, false, false]);
	});

	it('names patients by the samples file and leaves out samples that it does not list', async () => {
		const file = files.write('samples.csv', 'sample;patient\nS1;P-1\n');
		const path = files.write('map.vcf', vcf(['S1', 'S2'], ['1 100 . A G . . . GT 0/1 1/1']));
		const { facts, report } = await readAll(
			reader(path, { samples: { file, sample: 'sample', patient: 'patient' } }),
		);
		expect(facts.map(({ patient, kind }) => `${patient} ${kind}`)).toEqual([
			'P-1 genome-exam',
			'P-1 genotype',
		]);
		expect(report.issues).toEqual([{ file: 'map.vcf', code: 'sample-unmapped', severity: 'warning' }]);
	});

	it('refuses a samples file that gives one sample to two patients', async () => {
		const file = files.write('twice.csv', 'sample,patient\nS1,P1\nS1,P2\n');
		const samples = { file, sample: 'sample', patient: 'patient' };
		expect(await refusal(vcf(['S1'], []), { samples })).toEqual(['patient-ambiguous']);
	});

	it('limits the examination to the panel, by the names of the dictionary', async () => {
		const path = files.write('panel.vcf', vcf(['P1'], []));
		const { facts, report } = await readAll(reader(path, { genes: ['EGFR', 'NOGENE'] }));
		expect(facts).toEqual([
			{
				patient: 'P1',
				kind: 'genome-exam',
				exam: { assembly: 'GRCh38', genes: ['EGFR'], variants: 'all' },
			},
		]);
		expect(report.unmapped).toEqual({ 'gene NOGENE': 1 });
	});

	it.each([
		['an assembly in ##reference', ['##reference=file:///data/hg19.fa'], 'assembly-mismatch line 8'],
		['the length of chromosome 1', ['##contig=<ID=chr1,length=249250621>'], 'assembly-mismatch line 8'],
		['two assemblies', ['##contig=<ID=1,assembly=b37>'], 'assembly-mismatch line 8'],
		['GT as a number', ['##FORMAT=<ID=GT,Number=1,Type=Integer,Description="x">'], 'header-malformed line 8'],
	])('refuses a header that names %s', async (_, lines, expected) => {
		expect(await refusal(vcf(['P1'], [], [...meta, ...lines]))).toEqual([expected]);
	});

	it.each([
		['too few columns', '1 100 . A G . . . GT 0/1', 'row-malformed line 8'],
		['too many columns', '1 100 . A G . . . GT 0/1 0/1 0/1', 'row-malformed line 8'],
		['an allele out of range', '1 100 . A G . . . GT 0/1 0/2', 'genotype-malformed line 8'],
		['consequences for other alternates', '1 100 . A G . . CSQ_TERM=a,b GT 0/1 0/1', 'info-malformed line 8'],
		[
			'significances that belong to no alternate',
			'1 100 . A G,T . . CLNSIG=a,b GT 0/1 0/1',
			'info-malformed line 8',
		],
	])('keeps nothing of a file with %s in its last row', async (_, row, expected) => {
		expect(await refusal(vcf(['P1', 'P2'], [row]))).toEqual([expected]);
	});

	it('reads gzip of several members, and CRLF line ends', async () => {
		const text = vcf(['P1'], ['1 100 . A G . . . GT 0/1', '1 200 . A G . . . GT 1/1']).replaceAll(
			'\n',
			'\r\n',
		);
		const half = text.indexOf('100');
		const packed = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
		const { facts } = await readAll(reader(files.write('members.vcf.gz', packed)));
		expect(facts.slice(1).map(shown)).toEqual([
			'P1 het 1:100 A>G null null null',
			'P1 hom 1:200 A>G null null null',
		]);
	});

	it('refuses a gzip that was cut, and a plain file cut within its last genotype', async () => {
		const text = vcf(['P1'], ['1 100 . A G . . . GT 0/1']);
		expect(await refusal(gzipSync(text).subarray(0, -12))).toEqual(['compression-invalid']);
		expect(await refusal(text.slice(0, -3))).toEqual(['truncated line 8']);
	});

	it('reads the good files of a folder and names the bad one', async () => {
		const folder = madeFiles();
		folder.write('a.vcf', vcf(['P1'], ['1 100 . A G . . . GT 0/1']));
		folder.write('b.vcf', vcf(['P2'], ['1 100 . A G . . . GT 0/9']));
		folder.write('notes.txt', 'no genotypes');
		const { facts, report } = await readAll(reader(folder.folder));
		folder.remove();
		expect(facts.map(({ patient }) => patient)).toEqual(['P1', 'P1']);
		expect([report.files, report.read]).toEqual([2, 1]);
		expect(report.issues).toEqual([
			{ file: 'b.vcf', code: 'genotype-malformed', severity: 'refused', place: 'line 8' },
		]);
	});
});

const hasBcftools = (() => {
	try {
		execFileSync('bcftools', ['--version']);
		execFileSync('bgzip', ['--version']);
		return true;
	} catch {
		return false;
	}
})();

/** 500 samples by 400 rows; a multiplicative generator, so that every run sees the same file. */
function largeVcf(): string {
	let state = 12345;
	const next = (below: number): number => {
		state = (state * 48271) % 2147483647;
		return state % below;
	};
	const calls = ['0/0', '0/0', '0/0', '0/0', '0/0', '0|1', '1/1', './.', '0/2', '1|2', './1', '2/2'];
	const rows = Array.from({ length: 400 }, (_, at) => {
		const several = next(3) === 0;
		const genotypes = Array.from({ length: 500 }, () => {
			const call = calls[next(several ? 12 : 8)] ?? '0/0';
			return `${call}:${next(60)}:${next(99)}`;
		});
		return `7 ${1000 + at * 10} . ${several ? 'A G,T' : 'A C'} 50 PASS GENE=EGFR GT:DP:GQ ${genotypes.join(' ')}`;
	});
	const samples = Array.from({ length: 500 }, (_, at) => `S${at}`);
	const header = [
		...meta.filter((line) => !line.includes('CSQ_TERM')),
		'##contig=<ID=7,length=159345973>',
		'##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
		'##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="Quality">',
	];
	return vcf(samples, rows, header);
}

describe('createVcfReader on 500 samples by 400 variants', () => {
	const text = largeVcf();

	it('reads plain and gzip alike', async () => {
		const plain = await readAll(reader(files.write('large.vcf', text)));
		const packed = await readAll(reader(files.write('large.vcf.gz', gzipSync(text))));
		expect(plain.report.issues).toEqual([]);
		expect(plain.facts.length).toBe(plain.report.facts);
		expect(packed.facts).toEqual(plain.facts);
	});

	it.skipIf(!hasBcftools)('counts the same genotypes as bcftools after splitting alternates', async () => {
		const path = files.write('cmp.vcf', text);
		execFileSync('bgzip', ['-f', '-k', path]);
		const { facts } = await readAll(reader(`${path}.gz`));
		const split = execFileSync('bcftools', ['norm', '-m-', `${path}.gz`], {
			maxBuffer: 1 << 28,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const out = execFileSync('bcftools', ['query', '-f', '[%POS %REF>%ALT %SAMPLE %GT\\n]'], {
			input: split,
			maxBuffer: 1 << 28,
		});
		const theirs = out
			.toString()
			.trim()
			.split('\n')
			.filter((line) => /1/.test(line.split(' ')[3] ?? ''))
			.map((line) => line.split(' ').slice(0, 3).join(' '));
		const ours = facts.flatMap((fact) => {
			if (fact.kind !== 'genotype' || fact.genotype.zygosity === 'missing') return [];
			const { position, ref, alt } = fact.genotype;
			return [`${position} ${ref}>${alt} ${fact.patient}`];
		});
		expect(ours.sort().join('\n') === theirs.sort().join('\n')).toBe(true);
		expect(ours.length).toBeGreaterThan(50_000);
	});

	it.skipIf(!hasBcftools)('refuses a bgzip file whose last blocks are missing', async () => {
		const path = files.write('cut.vcf', text);
		execFileSync('bgzip', ['-f', '-k', path]);
		const { readFileSync } = await import('node:fs');
		expect(await refusal(new Uint8Array(readFileSync(`${path}.gz`).subarray(0, -28)))).toEqual(['truncated']);
	});
});
