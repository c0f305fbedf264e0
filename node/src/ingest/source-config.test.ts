import { describe, expect, it } from 'vitest';
import { parseSources, sourcesJsonSchema } from './source-config.ts';

function issues(input: unknown): unknown {
	const parsed = parseSources(input);
	return parsed.ok ? 'accepted' : parsed.error;
}

describe('parseSources', () => {
	it('fills in what is optional', () => {
		const parsed = parseSources([
			{ kind: 'dicom', path: 'd' },
			{ kind: 'vcf', path: 'v', assembly: 'GRCh38', info: { gene: 'SYMBOL' } },
			{ kind: 'maf', path: 'm', assembly: 'GRCh37', examined: 'everyone' },
			{ kind: 'csv', path: 'c', patient: 'id', dataClass: 'image' },
			{ kind: 'fhir', path: 'f' },
		]);
		expect(parsed).toEqual({
			ok: true,
			value: [
				{ kind: 'dicom', path: 'd', examined: 'listed' },
				{
					kind: 'vcf',
					path: 'v',
					assembly: 'GRCh38',
					genes: 'all',
					samples: null,
					info: { gene: 'SYMBOL', consequence: 'CSQ_TERM', significance: 'CLNSIG' },
				},
				{
					kind: 'maf',
					path: 'm',
					assembly: 'GRCh37',
					genes: 'all',
					examined: 'everyone',
					patient: 'Tumor_Sample_Barcode',
				},
				{
					kind: 'csv',
					path: 'c',
					patient: 'id',
					dataClass: 'image',
					day: null,
					columns: null,
					conditions: null,
				},
				{ kind: 'fhir', path: 'f', identifier: null },
			],
		});
	});

	it('names the nearest key where one is misspelt', () => {
		expect(issues([{ kind: 'csv', path: 'c', pateint: 'id', patient: 'id', dataClass: 'image' }])).toEqual([
			{
				path: '/0/pateint',
				message: 'unknown key; valid here: kind, path, patient, dataClass, day, columns, conditions',
				nearest: ['patient'],
			},
		]);
	});

	it('names the nearest kind where one is misspelt', () => {
		expect(issues([{ kind: 'dicon', path: 'c' }])).toMatchObject([{ path: '/0/kind', nearest: ['dicom'] }]);
	});

	it('names the keys of an inner object', () => {
		expect(issues([{ kind: 'vcf', path: 'v', assembly: 'GRCh38', info: { genes: 'X' } }])).toMatchObject([
			{ path: '/0/info/genes', nearest: ['gene'] },
		]);
	});

	it('refuses `examined: listed` for a maf and says why', () => {
		expect(issues([{ kind: 'maf', path: 'm', assembly: 'GRCh37', examined: 'listed' }])).toMatchObject([
			{ path: '/0/examined', message: expect.stringContaining('has no row') },
		]);
	});

	it('refuses a maf that does not say who was examined', () => {
		expect(issues([{ kind: 'maf', path: 'm', assembly: 'GRCh37' }])).toMatchObject([{ path: '/0/examined' }]);
	});

	it.each(['image', 'genome'])(
		'refuses conditions in a table of class %s and says what to write',
		(dataClass) => {
			const source = { kind: 'csv', path: 'c', patient: 'id', dataClass, conditions: ['icd10'] };
			expect(issues([source])).toEqual([
				{
					path: '/0/dataClass',
					message: expect.stringContaining('write `dataClass: clinical`'),
					nearest: ['clinical'],
				},
			]);
			expect(issues([{ ...source, dataClass: 'clinical' }])).toBe('accepted');
		},
	);

	it('refuses the column of the patient or of the day as one of conditions', () => {
		const keys = { patient: 'id', day: 'day', conditions: ['day', 'icd10', 'id'] };
		expect(issues([{ kind: 'csv', path: 'c', dataClass: 'clinical', ...keys }])).toMatchObject([
			{ path: '/0/conditions/0' },
			{ path: '/0/conditions/2' },
		]);
	});

	it('refuses an empty list of conditions', () => {
		const source = { kind: 'csv', path: 'c', patient: 'id', dataClass: 'clinical', conditions: [] };
		expect(issues([source])).toMatchObject([{ path: '/0/conditions' }]);
	});

	it('refuses a vcf without an assembly', () => {
		expect(issues([{ kind: 'vcf', path: 'v' }])).toEqual([
			{ path: '/0/assembly', message: 'missing', nearest: [] },
		]);
	});

	it.each([[null], [{}], [[]], [[null]], [['csv']], [[{ kind: 'csv' }]]])('refuses %j', (input) => {
		expect(parseSources(input).ok).toBe(false);
	});
});

describe('sourcesJsonSchema', () => {
	it('is closed for every kind', () => {
		const text = JSON.stringify(sourcesJsonSchema());
		for (const kind of ['dicom', 'vcf', 'maf', 'csv', 'fhir']) expect(text).toContain(`"const":"${kind}"`);
		expect(text).toContain('"additionalProperties":false');
	});
});
