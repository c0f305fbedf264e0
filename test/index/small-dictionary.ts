// A dictionary small enough that random facts often meet: every selection rule, overlapping genes, a joined hierarchy.

import type { CodedElement, Dictionary, NumberElement } from '@cordon/shared';

function numberElement(id: string, select: NumberElement['select']): NumberElement {
	return {
		type: 'number',
		id,
		title: id,
		dataClass: 'image',
		unit: '1',
		bounds: [0, 10],
		bins: [0, 2, 5, 10],
		select,
	};
}

/** The values are listed in another order than the alphabet's. */
function codedElement(id: string, select: CodedElement['select']): CodedElement {
	const values = ['m', 'a', 'z'].map((value) => ({ id: value, title: value }));
	return { type: 'code', id, title: id, dataClass: 'genome', values, select };
}

export const smallDictionary: Dictionary = {
	cordon: 1,
	id: 'small',
	version: '1',
	elements: [
		numberElement('first-number', 'first'),
		numberElement('last-number', 'last'),
		numberElement('largest-number', 'largest'),
		numberElement('smallest-number', 'smallest'),
		codedElement('first-code', 'first'),
		codedElement('last-code', 'last'),
	],
	conditions: [
		{ id: 'top', title: 'top', system: 's', parents: [] },
		{ id: 'left', title: 'left', system: 's', parents: ['top'] },
		{ id: 'right', title: 'right', system: 's', parents: ['top'] },
		{ id: 'both', title: 'both', system: 's', parents: ['left', 'right'] },
		{ id: 'alone', title: 'alone', system: 's', parents: [] },
	],
	genes: [
		{
			symbol: 'G1',
			regions: [
				{ assembly: 'GRCh38', contig: '1', start: 100, end: 200 },
				{ assembly: 'GRCh37', contig: '2', start: 150, end: 160 },
			],
		},
		{ symbol: 'G2', regions: [{ assembly: 'GRCh38', contig: '1', start: 150, end: 300 }] },
	],
	modalities: ['MR', 'CT'],
	bodyParts: ['BRAIN', 'CHEST'],
	consequences: ['missense_variant', 'stop_gained'],
	significances: ['pathogenic', 'benign'],
	assemblies: ['GRCh37', 'GRCh38'],
};
