import type { Dictionary } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { type Mapping, parseMapping } from './mapping.ts';
import { createVocabulary, type MappedVocabulary } from './vocabulary.ts';

const icd10 = 'http://hl7.org/fhir/sid/icd-10';
const local = 'https://cordon.example/dictionary';
const dictionary: Dictionary = {
	cordon: 1,
	id: 'test',
	version: '1',
	elements: [
		{
			type: 'number',
			id: 'tumor-volume',
			title: '',
			dataClass: 'image',
			code: { system: 'http://snomed.info/sct', code: '118565006' },
			unit: 'mL',
			bounds: [0, 200],
			bins: [0, 200],
			select: 'largest',
		},
		{
			type: 'number',
			id: 'age',
			title: '',
			dataClass: 'clinical',
			unit: 'a',
			bounds: [0, 90],
			bins: [0, 90],
			select: 'first',
		},
		{
			type: 'code',
			id: 'mgmt-methylation',
			title: '',
			dataClass: 'genome',
			values: [
				{ id: 'methylated', title: '', code: { system: local, code: 'mgmt-methylated' } },
				{ id: 'unmethylated', title: '' },
			],
			select: 'first',
		},
		{
			type: 'code',
			id: 'sex',
			title: '',
			dataClass: 'clinical',
			values: [
				{ id: 'female', title: '' },
				{ id: 'male', title: '' },
			],
			select: 'last',
		},
	],
	conditions: [{ id: 'C71.9', title: '', system: icd10, parents: [] }],
	genes: [{ symbol: 'EGFR', regions: [] }],
	modalities: ['MR'],
	bodyParts: ['BRAIN'],
	consequences: ['missense_variant', 'splice_site_variant'],
	significances: ['pathogenic', 'likely_pathogenic', 'uncertain_significance'],
	assemblies: ['GRCh38'],
};

const text = `
cordon: 1
elements:
  Vol_ccm: { element: tumor-volume, unit: mm3, decimal: comma }
  MGMT: { element: mgmt-methylation, values: { M: methylated, U: unmethylated, "?": null } }
modalities: { MRI: MR }
bodyParts: { Kopf: BRAIN }
conditions: { "GBM-LOC": C71.9 }
sexes: { W: female }
consequences: { mis: missense_variant }
significances: { "Path.": pathogenic }
genes: { ERBB1: EGFR }
`;

function mappingOf(yaml: string): Mapping {
	const parsed = parseMapping(yaml, dictionary);
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
	return parsed.value;
}

function vocabulary(): MappedVocabulary {
	return createVocabulary(mappingOf(text), dictionary);
}

describe('parseMapping', () => {
	it.each([
		['elements: { V: { element: tumour-volume } }', '/elements/V/element', ['tumor-volume']],
		['elements: { V: { element: tumor-volume, unit: mm } }', '/elements/V/unit', []],
		['elements: { V: { element: tumor-volume, values: { a: b } } }', '/elements/V/values/a', []],
		['elements: { M: { element: mgmt-methylation, unit: mL } }', '/elements/M/unit', []],
		[
			'elements: { M: { element: mgmt-methylation, values: { M: metylated } } }',
			'/elements/M/values/M',
			['methylated', 'unmethylated'],
		],
		['elements: { M: { elment: sex, element: sex } }', '/elements/M/elment', ['element']],
		['bodyPart: { Kopf: BRAIN }', '/bodyPart', ['bodyParts']],
		['bodyParts: { Kopf: BRIAN }', '/bodyParts/Kopf', ['BRAIN']],
		['modalities: { MRI: MRT }', '/modalities/MRI', ['MR']],
		['conditions: { a: C71.8 }', '/conditions/a', ['C71.9']],
		['sexes: { a: femal }', '/sexes/a', ['female']],
		['genes: { ERBB1: EGFRR }', '/genes/ERBB1', ['EGFR']],
		['consequences: { a: missense }', '/consequences/a', ['missense_variant']],
		['significances: { a/b: benign }', '/significances/a~1b', []],
	])('refuses %s with the path and the nearest names', (line, path, nearest) => {
		const parsed = parseMapping(`cordon: 1\n${line}`, dictionary);
		expect(parsed).toMatchObject({ ok: false, error: [{ path, nearest }] });
	});

	it.each(['', 'cordon: 2', '{', 'cordon: 1\ncordon: 1', '- 1'])('refuses the document %j', (yaml) => {
		expect(parseMapping(yaml, dictionary).ok).toBe(false);
	});
});

describe('createVocabulary', () => {
	it('finds an element by local name, by dictionary code and by its own id', () => {
		const { element } = vocabulary();
		expect(element({ name: 'Vol_ccm' })).toMatchObject({ element: { id: 'tumor-volume' }, localUnit: 'mm3' });
		expect(element({ codes: [{ system: 'http://snomed.info/sct', code: '118565006' }] })).toMatchObject({
			element: { id: 'tumor-volume' },
			localUnit: null,
		});
		expect(element({ codes: [{ system: 'x', code: 'MGMT' }] })).toMatchObject({
			element: { id: 'mgmt-methylation' },
		});
		expect(element({ name: 'sex' })).toMatchObject({ element: { id: 'sex' } });
		expect(element({ name: 'shoe size' })).toBeNull();
		expect(element({ codes: [{ system: 'other', code: '118565006' }] })).toBeNull();
	});

	it('converts numbers and refuses a unit of another kind', () => {
		const { number, element } = vocabulary();
		const volume = element({ name: 'tumor-volume' })?.element;
		if (volume === undefined) throw new Error('no element');
		expect(number(volume, 1500, 'mm3')).toBe(1.5);
		expect(number(volume, 1.5, null)).toBe(1.5);
		expect(number(volume, 1500, 'mm')).toBeNull();
		expect(number(volume, Number.NaN, 'mL')).toBeNull();
	});

	it('keeps ages in whole years, 90 and over as one group', () => {
		const { number, element } = vocabulary();
		const age = element({ name: 'age' })?.element;
		if (age === undefined) throw new Error('no element');
		expect(number(age, 61.9, null)).toBe(61);
		expect(number(age, 97, null)).toBe(90);
	});

	it('maps coded values, and tells no value from an unknown one', () => {
		const { coded, element, isNoValue } = vocabulary();
		const mgmt = element({ name: 'MGMT' })?.element;
		if (mgmt === undefined) throw new Error('no element');
		expect(coded(mgmt, 'M', 'MGMT')).toBe('methylated');
		expect(coded(mgmt, 'Unmethylated', 'MGMT')).toBe('unmethylated');
		expect(coded(mgmt, { system: local, code: 'mgmt-methylated' }, 'x')).toBe('methylated');
		expect(coded(mgmt, 'X', 'MGMT')).toBeNull();
		expect([isNoValue('MGMT', '?'), isNoValue('MGMT', 'X')]).toEqual([true, false]);
	});

	it('maps sexes, modalities, body parts, genes and conditions', () => {
		const words = vocabulary();
		expect([words.sex('W'), words.sex('m'), words.sex('male'), words.sex('X')]).toEqual([
			'female',
			'male',
			'male',
			null,
		]);
		expect([words.modality('MRI'), words.modality('mr'), words.modality('CT')]).toEqual(['MR', 'MR', null]);
		expect([words.bodyPart('Kopf'), words.bodyPart('Knie')]).toEqual(['BRAIN', null]);
		expect([words.gene('ERBB1'), words.gene('egfr'), words.gene('TTN')]).toEqual(['EGFR', 'EGFR', null]);
		expect(words.condition('GBM-LOC')).toBe('C71.9');
		expect(words.condition({ system: icd10, code: 'C71.9' })).toBe('C71.9');
		expect(words.condition({ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'C71.9' })).toBeNull();
	});

	it.each([
		['Missense_Mutation', 'missense_variant'],
		['mis', 'missense_variant'],
		['missense_variant', 'missense_variant'],
		['Splice_Site', 'splice_site_variant'],
		['Silent', null],
		['toString', null],
	])('takes the consequence %s for %s', (raw, expected) => {
		expect(vocabulary().consequence(raw)).toBe(expected);
	});

	it.each([
		['Pathogenic', 'pathogenic'],
		['Likely pathogenic', 'likely_pathogenic'],
		['Pathogenic/Likely_pathogenic', 'likely_pathogenic'],
		['Pathogenic,_risk_factor', 'pathogenic'],
		['Pathogenic|Benign', null],
		['Pathogenic,_low_penetrance', null],
		['VUS', 'uncertain_significance'],
		['Path.', 'pathogenic'],
		['constructor', null],
	])('takes the significance %s for %s', (raw, expected) => {
		expect(vocabulary().significance(raw)).toBe(expected);
	});
});
