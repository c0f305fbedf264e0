// Somatic mutations of MAF files: coordinates, zygosity, and which files are refused.

import { loadDefaultDictionary } from '@cordon/policies';
import { afterAll, describe, expect, it } from 'vitest';
import { mafAllele } from '../../node/src/ingest/maf/maf-allele.ts';
import { createMafReader } from '../../node/src/ingest/maf/maf-reader.ts';
import { emptyMapping } from '../../node/src/ingest/mapping.ts';
import type { MafSource } from '../../node/src/ingest/source-config.ts';
import { createVocabulary } from '../../node/src/ingest/vocabulary.ts';
import { madeFiles, readAll, shown } from './made-files.ts';

const files = madeFiles();
afterAll(files.remove);

const config: MafSource = {
	kind: 'maf',
	path: '',
	assembly: 'GRCh37',
	genes: 'all',
	examined: 'everyone',
	patient: 'Tumor_Sample_Barcode',
};
const header =
	'Hugo_Symbol NCBI_Build Chromosome Start_Position End_position Strand Variant_Classification Reference_Allele Tumor_Seq_Allele1 Tumor_Seq_Allele2 Tumor_Sample_Barcode';

function read(lines: readonly string[], changes: Partial<MafSource> = {}) {
	const content = `${lines.map((line) => line.replaceAll(' ', '\t')).join('\n')}\n`;
	const vocabulary = createVocabulary(emptyMapping, loadDefaultDictionary());
	return readAll(createMafReader({ ...config, ...changes }, files.write('one.maf', content), vocabulary));
}

describe('createMafReader', () => {
	it('reads substitutions, insertions, deletions and both zygosities', async () => {
		const { facts, report } = await read([
			'#version 2.4',
			header,
			'IDH1 37 2 209113112 209113112 + Missense_Mutation C C T P1',
			'EGFR GRCh37-lite chr7 100 101 + Frame_Shift_Ins - - AC P1',
			'TP53 GRCh37 17 100 102 + In_Frame_Del ACG ACG - P2',
			'ATRX 37 23 100 100 + Splice_Site A G G P2',
			'ATRX 37 23 100 100 + Silent A G T P3',
		]);
		expect(facts.map(shown)).toEqual([
			'P1 het 2:209113112 C>T IDH1 missense_variant null',
			'P1 het 7:100 N>NAC EGFR frameshift_variant null',
			'P2 het 17:99 NACG>N TP53 inframe_deletion null',
			'P2 hom X:100 A>G ATRX splice_site_variant null',
			'P3 het X:100 A>G ATRX synonymous_variant null',
			'P3 het X:100 A>T ATRX synonymous_variant null',
		]);
		expect(report).toMatchObject({ files: 1, read: 1, facts: 6, issues: [], unmapped: {} });
	});

	it('keeps mutations of genes that the dictionary does not know, without the gene, and reports them', async () => {
		const { facts, report } = await read([header, 'NOGENE 37 2 100 100 + Odd_Class C C T P1']);
		expect(facts.map(shown)).toEqual(['P1 het 2:100 C>T null null null']);
		expect(report.unmapped).toEqual({ 'gene NOGENE': 1, 'consequence Odd_Class': 1 });
	});

	it('takes the gene from the position where the name is unknown, with the consequence unknown, and warns', async () => {
		const { facts, report } = await read([
			header,
			'OLD-IDH1 37 2 209113112 209113112 + Missense_Mutation C C T P1',
			'OLD-IDH1 37 2 209113113 209113114 + Frame_Shift_Ins - - AC P2',
		]);
		expect(facts.map(shown)).toEqual([
			'P1 het 2:209113112 C>T IDH1 null null',
			'P2 het 2:209113113 N>NAC IDH1 null null',
		]);
		expect(report.unmapped).toEqual({ 'gene OLD-IDH1': 2 });
		expect(report.issues).toEqual([
			{ file: 'one.maf', code: 'gene-by-position', severity: 'warning', place: 'line 2', times: 2 },
		]);
	});

	it.each([
		['another assembly', 'IDH1 38 2 100 100 + Silent C C T P1', 'assembly-mismatch line 3'],
		['a position that is none', 'IDH1 37 2 1e3 1e3 + Silent C C T P1', 'row-malformed line 3'],
		['an end before its start', 'IDH1 37 2 100 99 + Silent C C T P1', 'row-malformed line 3'],
		['position 0', 'IDH1 37 2 0 0 + Silent C C T P1', 'row-malformed line 3'],
		['the other strand', 'IDH1 37 2 100 100 - Silent C C T P1', 'row-malformed line 3'],
		['an allele that is no sequence', 'IDH1 37 2 100 100 + Silent C C Q P1', 'row-malformed line 3'],
		['a row that changes nothing', 'IDH1 37 2 100 100 + Silent C C C P1', 'row-malformed line 3'],
		['a row without a patient', 'IDH1 37 2 100 100 + Silent C C T ', 'patient-missing line 3'],
		['a row cut short', 'IDH1 37 2 100', 'row-malformed line 3'],
	])('keeps nothing of a file with %s', async (_, row, expected) => {
		const { facts, report } = await read([header, 'IDH1 37 2 100 100 + Silent C C T P1', row]);
		expect(facts).toEqual([]);
		expect(report.issues.map(({ code, place }) => `${code} ${place}`)).toEqual([expected]);
		expect(JSON.stringify(report)).not.toContain('P1');
	});

	it.each([
		['no header', ['#version 2.4'], 'header-missing'],
		['no patient column', [header.replace('Tumor_Sample_Barcode', 'Sample')], 'column-missing'],
		['a column written twice', [`${header} hugo_symbol`], 'column-duplicate'],
	])('refuses a file with %s', async (_, lines, expected) => {
		const { report } = await read(lines);
		expect(report.issues.map(({ code }) => code)).toEqual([expected]);
	});
});

describe('mafAllele', () => {
	it.each([
		[100, 'CTT', 'CTA', { position: 102, ref: 'T', alt: 'A' }],
		[100, 'CA', 'TG', { position: 100, ref: 'CA', alt: 'TG' }],
		[100, '-', 'ac', { position: 100, ref: 'N', alt: 'NAC' }],
		[100, 'AC', '-', { position: 99, ref: 'NAC', alt: 'N' }],
		[1, 'AC', '-', null],
		[100, '-', '-', null],
		[100, 'A', 'A', null],
		[100, 'A', '0', null],
	])('writes %d %s>%s as %j', (start, ref, alt, expected) => {
		expect(mafAllele(start, ref, alt)).toEqual(expected);
	});
});
