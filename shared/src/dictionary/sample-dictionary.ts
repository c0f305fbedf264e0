// A dictionary small enough to see whole, for the tests of this package; the real one is in `policies`.

import type { Dictionary } from './dictionary.ts';

export const sampleDictionary: Dictionary = {
	cordon: 1,
	id: 'sample',
	version: '1',
	elements: [
		{
			type: 'number',
			id: 'tumor-volume',
			title: 'Tumour volume',
			dataClass: 'image',
			code: { system: 'http://snomed.info/sct', code: '118565006' },
			unit: 'mL',
			bounds: [0, 200],
			bins: [0, 10, 50, 200],
			select: 'largest',
		},
		{
			type: 'number',
			id: 'age',
			title: 'Age',
			dataClass: 'clinical',
			unit: 'a',
			bounds: [0, 90],
			bins: [0, 50, 90],
			select: 'first',
		},
		{
			type: 'code',
			id: 'mgmt-methylation',
			title: 'MGMT methylation',
			dataClass: 'genome',
			values: [
				{ id: 'methylated', title: 'Methylated' },
				{ id: 'unmethylated', title: 'Unmethylated' },
			],
			select: 'first',
		},
	],
	conditions: [
		{ id: 'C71', title: 'Brain', system: 'http://hl7.org/fhir/sid/icd-10', parents: [] },
		{ id: 'C71.1', title: 'Frontal lobe', system: 'http://hl7.org/fhir/sid/icd-10', parents: ['C71'] },
		{ id: 'C71.9', title: 'Brain, unspecified', system: 'http://hl7.org/fhir/sid/icd-10', parents: ['C71'] },
		{ id: 'C34', title: 'Lung', system: 'http://hl7.org/fhir/sid/icd-10', parents: [] },
	],
	genes: [
		{
			symbol: 'IDH1',
			regions: [
				{ assembly: 'GRCh38', contig: '2', start: 208_236_227, end: 208_266_074 },
				{ assembly: 'GRCh37', contig: '2', start: 209_100_951, end: 209_130_798 },
			],
		},
		{ symbol: 'IDH2', regions: [] },
		{ symbol: 'EGFR', regions: [{ assembly: 'GRCh38', contig: '7', start: 55_019_017, end: 55_211_628 }] },
	],
	modalities: ['CT', 'MR'],
	bodyParts: ['BRAIN', 'CHEST'],
	consequences: ['missense_variant', 'stop_gained', 'synonymous_variant'],
	significances: ['pathogenic', 'benign'],
	assemblies: ['GRCh37', 'GRCh38'],
};
