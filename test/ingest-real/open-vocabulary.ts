// A vocabulary that knows every modality of the real files and the elements given, for tests only.

import type { Code, Element } from '@cordon/shared';
import type { Vocabulary } from '../../node/src/ingest/source-reader.ts';

const bodyParts: Readonly<Record<string, string>> = {
	BRAIN: 'BRAIN',
	CHEST: 'CHEST',
	ABDOMEN: 'ABDOMEN',
	HEAD: 'BRAIN',
};
const modalities = new Set(
	'CT MR PT US CR DX MG NM SR SEG RTSTRUCT RTDOSE RTPLAN OT SC ES XA ECG'.split(' '),
);

function sameCode(code: Code | undefined, other: Code): boolean {
	return code !== undefined && code.system === other.system && code.code === other.code;
}

/** Elements by id or code, numbers only in the dictionary's own unit, values by id or code. */
export function openVocabulary(elements: readonly Element[], conditions: readonly string[] = []): Vocabulary {
	return {
		element: ({ name, codes = [] }) => {
			const found = elements.find((e) => e.id === name || codes.some((code) => sameCode(e.code, code)));
			return found === undefined ? null : { element: found, localUnit: null };
		},
		number: (element, raw, unit) =>
			element.type === 'number' && (unit ?? element.unit) === element.unit ? raw : null,
		coded: (element, raw) => {
			if (element.type !== 'code') return null;
			const isIt = (v: { id: string; code?: Code }): boolean =>
				typeof raw === 'string' ? v.id === raw : sameCode(v.code, raw);
			return element.values.find(isIt)?.id ?? null;
		},
		modality: (raw) => (modalities.has(raw) ? raw : null),
		bodyPart: (raw) => bodyParts[raw] ?? null,
		condition: (coding) => {
			const code = typeof coding === 'string' ? coding : coding.code;
			return conditions.includes(code) ? code : null;
		},
		sex: (raw) => raw,
		gene: () => null,
		genesAt: () => [],
		consequence: () => null,
		significance: () => null,
	};
}
