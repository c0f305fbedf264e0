// Tables as hospitals write them: delimiters, marks, quotes, empty cells, decimal commas, and what is refused.

import { gzipSync } from 'node:zlib';
import { loadDefaultDictionary } from '@cordon/policies';
import { afterAll, describe, expect, it } from 'vitest';
import { createCsvReader } from '../../node/src/ingest/csv/csv-reader.ts';
import { parseMapping } from '../../node/src/ingest/mapping.ts';
import type { CsvSource } from '../../node/src/ingest/source-config.ts';
import type { SourceFact } from '../../node/src/ingest/source-reader.ts';
import { createVocabulary, type MappedVocabulary } from '../../node/src/ingest/vocabulary.ts';
import { madeFiles, readAll } from './made-files.ts';

const files = madeFiles();
afterAll(files.remove);

const config: CsvSource = {
	kind: 'csv',
	path: '',
	patient: 'id',
	dataClass: 'image',
	day: null,
	columns: null,
	conditions: null,
};

function vocabulary(elements = '{}', conditions = '{}'): MappedVocabulary {
	const dictionary = loadDefaultDictionary();
	const mapping = parseMapping(`cordon: 1\nelements: ${elements}\nconditions: ${conditions}`, dictionary);
	if (!mapping.ok) throw new Error(JSON.stringify(mapping.error));
	return createVocabulary(mapping.value, dictionary);
}

const local =
	'{ Vol: { element: tumor-volume, unit: mm3 }, Mgmt: { element: mgmt-methylation, values: { M: methylated, "?": null } } }';

interface Made {
	readonly name?: string;
	readonly mapping?: string;
	readonly changes?: Partial<CsvSource>;
	readonly conditions?: string;
}

function read(
	content: string | Uint8Array,
	{ name = 't.csv', mapping = local, changes = {}, conditions: codes = '{}' }: Made = {},
) {
	const words = vocabulary(mapping, codes);
	return readAll(createCsvReader({ ...config, ...changes }, files.write(name, content), words));
}

function conditions(facts: readonly SourceFact[]): readonly unknown[] {
	return facts.flatMap((fact) => (fact.kind === 'condition' ? [[fact.patient, fact.code]] : []));
}

function values(facts: readonly SourceFact[]): readonly unknown[] {
	return facts.flatMap((fact) =>
		fact.kind === 'value' ? [[fact.patient, fact.value.element, fact.value.value, fact.value.day]] : [],
	);
}

describe('createCsvReader', () => {
	it.each([
		['t.csv', 'id,Vol,Mgmt\nP1,1500,M\n'],
		['t.csv', '\uFEFFid;Vol;Mgmt\r\nP1;1500;M\r\n'],
		['t.csv', 'id\tVol\tMgmt\nP1\t1500\tM'],
		['t.tsv', 'id\tVol\tMgmt\nP1\t1500\tM\n'],
		['t.csv', '"id","Vol","Mgmt"\n" P1 ","1500","M"\n'],
		['t.csv.gz', gzipSync('id,Vol,Mgmt\nP1,1500,M\n')],
	])('reads %s with its delimiter, mark, quotes or packing', async (name, content) => {
		const { facts, report } = await read(content, { name });
		expect(facts[0]).toEqual({ patient: 'P1', kind: 'image-exam' });
		expect(values(facts)).toEqual([
			['P1', 'tumor-volume', 1.5, null],
			['P1', 'mgmt-methylation', 'methylated', null],
		]);
		expect(report).toMatchObject({ files: 1, read: 1, facts: 3, issues: [], unmapped: {} });
	});

	it('takes empty cells, NA and what the mapping says for no value, and keeps the examination', async () => {
		const { facts, report } = await read('id,Vol,Mgmt\nP1,,?\nP2,NA,NaN\n');
		expect(facts.map(({ patient, kind }) => `${patient} ${kind}`)).toEqual([
			'P1 image-exam',
			'P2 image-exam',
		]);
		expect(report.issues).toEqual([]);
	});

	it('dates values by a column of ISO days, and leaves out a row whose day is none', async () => {
		const content = 'id,day,Vol\nP1,1970-01-03,1000\nP2,03.01.1970,1000\nP3,2023-02-30,1000\nP4,,1000\n';
		const { facts, report } = await read(content, { changes: { day: 'day' } });
		expect(values(facts)).toEqual([
			['P1', 'tumor-volume', 1, 2],
			['P4', 'tumor-volume', 1, null],
		]);
		expect(facts.filter(({ kind }) => kind === 'image-exam').map(({ patient }) => patient)).toEqual([
			'P1',
			'P4',
		]);
		expect(report.issues).toEqual([
			{ file: 't.csv', code: 'date-invalid', severity: 'warning', place: 'line 3', times: 2 },
		]);
	});

	it.each([
		['image', ['image-exam']],
		['clinical', ['clinical-exam']],
		['genome', []],
	] as const)('shows an examination of class %s as %j', async (dataClass, kinds) => {
		const { facts } = await read('id\nP1\n', { changes: { dataClass } });
		expect(facts.map(({ kind }) => kind)).toEqual(kinds);
	});

	it('refuses a decimal comma unless the mapping says so', async () => {
		const content = 'id;Vol\nP1;10\nP2;1,5\n';
		const refused = await read(content);
		expect(refused.facts).toEqual([]);
		expect(refused.report.issues).toEqual([
			{ file: 't.csv', code: 'decimal-comma', severity: 'refused', place: 'line 3' },
		]);
		const taken = await read(content, { mapping: '{ Vol: { element: tumor-volume, decimal: comma } }' });
		expect(values(taken.facts)).toEqual([
			['P1', 'tumor-volume', 10, null],
			['P2', 'tumor-volume', 1.5, null],
		]);
	});

	it('leaves out cells it cannot read, counts them and names their column, not the cell', async () => {
		const { facts, report } = await read('id,Vol,Mgmt,Note\nP1,about CANARY,CANARY,CANARY\n');
		expect(values(facts)).toEqual([]);
		expect(report.issues).toEqual([
			{ file: 't.csv', code: 'value-invalid', severity: 'warning', place: 'line 2' },
			{ file: 't.csv', code: 'value-unmapped', severity: 'warning', place: 'line 2' },
		]);
		expect(report.unmapped).toEqual({
			'column Note': 1,
			'value-invalid in column Vol': 1,
			'value-unmapped in column Mgmt': 1,
		});
		expect(JSON.stringify(report)).not.toContain('CANARY');
	});

	it('reads only the columns that are asked for', async () => {
		const { facts, report } = await read('id,Vol,Mgmt\nP1,1000,M\n', { changes: { columns: ['Mgmt'] } });
		expect(values(facts)).toEqual([['P1', 'mgmt-methylation', 'methylated', null]]);
		expect(report.unmapped).toEqual({});
	});

	it('takes diagnoses by mapping and dictionary, several in a cell, each once a row', async () => {
		const content =
			'id,Vol,icd10,local\nP1,1000,C71.9; G40.9 ;C71.9,GBM\nP2,1000,NA,\nP3,,c71.9;see text CANARY,E99-X\n';
		const { facts, report } = await read(content, {
			changes: { dataClass: 'clinical', conditions: ['icd10', 'local'] },
			conditions: '{ GBM: C71.9, E99-X: C34.9 }',
		});
		expect(conditions(facts)).toEqual([
			['P1', 'C71.9'],
			['P3', 'C34.9'],
		]);
		expect(values(facts)).toEqual([
			['P1', 'tumor-volume', 1, null],
			['P2', 'tumor-volume', 1, null],
		]);
		expect(facts.filter(({ kind }) => kind === 'clinical-exam').map(({ patient }) => patient)).toEqual([
			'P1',
			'P2',
			'P3',
		]);
		expect(report.issues).toEqual([]);
		expect(report.unmapped).toEqual({
			'condition G40.9': 1,
			'condition c71.9': 1,
			'condition (not a code)': 1,
		});
		expect(JSON.stringify(report)).not.toContain('CANARY');
	});

	it('finds the values beside the diagnoses whatever the order of the columns', async () => {
		const content = 'Mgmt\ticd10\tid\tVol\tday\nM\tC71.9\tP1\t2000\t1970-01-02\n';
		const changes = { dataClass: 'clinical', day: 'day', columns: ['Vol'], conditions: ['icd10'] } as const;
		const { facts } = await read(content, { name: 't.tsv', changes });
		expect(conditions(facts)).toEqual([['P1', 'C71.9']]);
		expect(values(facts)).toEqual([['P1', 'tumor-volume', 2, 1]]);
	});

	it('refuses a file without a column of conditions', async () => {
		const { report } = await read('id,Vol\nP1,1\n', {
			changes: { dataClass: 'clinical', conditions: ['icd10'] },
		});
		expect(report.issues).toMatchObject([{ code: 'column-missing', severity: 'refused' }]);
	});

	it('leaves out a row without a patient', async () => {
		const { facts, report } = await read('id,Vol\n,1000\nP2,1000\n');
		expect(facts.map(({ patient }) => patient)).toEqual(['P2', 'P2']);
		expect(report.issues).toMatchObject([{ code: 'patient-missing', place: 'line 2' }]);
	});

	it.each([
		['two columns of one name', 'id,Vol,Vol\nP1,1,2\n', 'column-duplicate line 1'],
		['no patient column', 'patient,Vol\nP1,1\n', 'column-missing line 1'],
		['a row that is too short', 'id,Vol\nP1,1\nP2\n', 'row-malformed line 3'],
		['a row that is too long', 'id,Vol\nP1,1,2\n', 'row-malformed line 2'],
		['a quote that never closes', 'id,Vol\n"P1,1\n', 'row-malformed line 2'],
		['Latin-1 text', Buffer.from('id,Vol\nM\xfcller,1\n', 'latin1'), 'not-utf8'],
		['nothing in it', '', 'empty-file'],
	])('refuses a file with %s', async (_, content, expected) => {
		const { facts, report } = await read(content);
		expect(facts).toEqual([]);
		expect(report.read).toBe(0);
		expect(report.issues.map(({ code, place }) => (place === undefined ? code : `${code} ${place}`))).toEqual(
			[expected],
		);
	});

	it('refuses a file without a column that is asked for', async () => {
		const { report } = await read('id,Vol\nP1,1\n', { changes: { columns: ['Volume'] } });
		expect(report.issues).toMatchObject([{ code: 'column-missing', severity: 'refused' }]);
	});

	it('reports a path that does not exist', async () => {
		const { report } = await readAll(createCsvReader(config, `${files.folder}/absent.csv`, vocabulary()));
		expect(report).toMatchObject({ read: 0, issues: [{ code: 'path-missing', severity: 'refused' }] });
	});
});
