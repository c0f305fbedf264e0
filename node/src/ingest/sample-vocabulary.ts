// A small vocabulary for tests of readers: two image elements, age and sex, one condition.

import type { Code, CodedElement, Element, NumberElement } from '@cordon/shared';
import type { Vocabulary } from './source-reader.ts';

const snomed = 'http://snomed.info/sct';

export const tumorVolume: NumberElement = {
	type: 'number',
	id: 'tumor-volume',
	title: 'Volume',
	dataClass: 'image',
	code: { system: snomed, code: '118565006' },
	unit: 'mL',
	bounds: [0, 200],
	bins: [0, 100, 200],
	select: 'largest',
};

const age: NumberElement = {
	type: 'number',
	id: 'age',
	title: 'Age',
	dataClass: 'clinical',
	unit: 'a',
	bounds: [0, 90],
	bins: [0, 90],
	select: 'first',
};

const enhancement: CodedElement = {
	type: 'code',
	id: 'enhancement-pattern',
	title: 'Enhancement',
	dataClass: 'image',
	code: { system: 'https://cordon.example/dictionary', code: 'enhancement-pattern' },
	values: [
		{
			id: 'rim',
			title: 'Rim',
			code: { system: 'https://cordon.example/dictionary', code: 'enhancement-rim' },
		},
	],
	select: 'first',
};

const sex: CodedElement = {
	type: 'code',
	id: 'sex',
	title: 'Sex',
	dataClass: 'clinical',
	values: ['female', 'male', 'other'].map((id) => ({ id, title: id })),
	select: 'last',
};

const elements: readonly Element[] = [tumorVolume, age, enhancement, sex];
const millilitres: Readonly<Record<string, number>> = { mL: 1, cm3: 1, mm3: 0.001 };

function isCode(a: Code | undefined, b: Code): boolean {
	return a !== undefined && a.system === b.system && a.code === b.code;
}

/** Local names: `VOL` is a tumour volume in mm3. Body parts, modalities and conditions: BRAIN; MR, CT, SR; C71.9. */
export const sampleVocabulary: Vocabulary = {
	element: ({ name, codes = [] }) => {
		if (name === 'VOL') return { element: tumorVolume, localUnit: 'mm3' };
		const found = elements.find((e) => e.id === name || codes.some((code) => isCode(e.code, code)));
		return found === undefined ? null : { element: found, localUnit: null };
	},
	number: (element, raw, unit) => {
		if (element.id === 'age') return unit === 'a' ? raw : null;
		const factor = millilitres[unit ?? 'mL'];
		return factor === undefined ? null : raw * factor;
	},
	coded: (element, raw) => {
		if (element.type !== 'code') return null;
		const value = element.values.find((v) => (typeof raw === 'string' ? v.id === raw : isCode(v.code, raw)));
		return value?.id ?? null;
	},
	modality: (raw) => (['MR', 'CT', 'SR', 'SEG'].includes(raw) ? raw : null),
	bodyPart: (raw) => (raw === 'BRAIN' ? raw : null),
	condition: (coding) => ((typeof coding === 'string' ? coding : coding.code) === 'C71.9' ? 'C71.9' : null),
	sex: (raw) => (['female', 'male', 'other'].includes(raw) ? raw : null),
	gene: () => null,
	genesAt: () => [],
	consequence: () => null,
	significance: () => null,
};
