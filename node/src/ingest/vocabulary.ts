// Answers a reader's question "what is this in the dictionary?" from mapping file, dictionary and built-in terms.

import {
	type Code,
	codeKey,
	convertUnit,
	type Dictionary,
	dictionaryLookup,
	type Element,
	genesAt,
} from '@cordon/shared';
import { builtInConsequence, builtInSignificance } from './built-in-terms.ts';
import { ucumOf } from './local-unit.ts';
import type { Mapping } from './mapping.ts';
import type { Vocabulary } from './source-reader.ts';

/** What the table readers ask beyond the other readers. */
export interface MappedVocabulary extends Vocabulary {
	/** Whether the mapping says that this local value of a column stands for no value. */
	readonly isNoValue: (localName: string, raw: string) => boolean;
	/** Whether the mapping says that a column's numbers have a decimal comma. */
	readonly hasDecimalComma: (localName: string) => boolean;
}

/** DICOM's PatientSex (0010,0040), which tables write too. */
const sexes: Readonly<Record<string, string>> = { f: 'female', m: 'male', o: 'other' };

/**
 * The mapping file goes before the dictionary's own names and codes, and these before the built-in terms.
 * A number without any unit counts as being in the dictionary's unit.
 */
export function createVocabulary(mapping: Mapping, dictionary: Dictionary): MappedVocabulary {
	const lookup = dictionaryLookup(dictionary);
	const listed = (terms: ReadonlyMap<string, string>, valid: ReadonlySet<string>) => (raw: string) => {
		const name = raw.trim();
		const upper = name.toUpperCase();
		return terms.get(name) ?? (valid.has(name) ? name : valid.has(upper) ? upper : null);
	};
	const within = (valid: ReadonlySet<string>, name: string | null) =>
		name !== null && valid.has(name) ? name : null;
	const sex = (raw: string) => sexOf(mapping, lookup.elements.get('sex'), raw);
	const consequence = listed(mapping.consequences, lookup.consequences);
	const significance = listed(mapping.significances, lookup.significances);
	return {
		element: ({ name, codes = [] }) => elementOf(mapping, dictionary, name, codes),
		number: toDictionaryUnit,
		coded: (element, raw, localName) => {
			if (element.type !== 'code') return null;
			const mapped = mapping.elements.get(localName)?.values.get(textOf(raw));
			if (mapped !== undefined) return mapped;
			if (element.id === 'sex' && typeof raw === 'string') return sex(raw);
			return ownValue(element, raw);
		},
		modality: listed(mapping.modalities, lookup.modalities),
		bodyPart: listed(mapping.bodyParts, lookup.bodyParts),
		condition: (coding) => conditionOf(mapping, dictionary, coding),
		sex,
		gene: listed(mapping.genes, new Set(lookup.genes.keys())),
		genesAt: (place) => genesAt(dictionary, place),
		consequence: (raw) => consequence(raw) ?? within(lookup.consequences, builtInConsequence(raw.trim())),
		significance: (raw) => significance(raw) ?? within(lookup.significances, builtInSignificance(raw)),
		isNoValue: (localName, raw) => mapping.elements.get(localName)?.values.get(raw.trim()) === null,
		hasDecimalComma: (localName) => mapping.elements.get(localName)?.decimalComma ?? false,
	};
}

function textOf(raw: string | Code): string {
	return (typeof raw === 'string' ? raw : raw.code).trim();
}

function elementOf(
	mapping: Mapping,
	dictionary: Dictionary,
	name: string | undefined,
	codes: readonly Code[],
): ReturnType<Vocabulary['element']> {
	const { elements, elementsByCode } = dictionaryLookup(dictionary);
	for (const local of [...(name === undefined ? [] : [name]), ...codes.map(({ code }) => code)]) {
		const mapped = mapping.elements.get(local);
		const element = mapped === undefined ? undefined : elements.get(mapped.element);
		if (mapped !== undefined && element !== undefined) return { element, localUnit: mapped.unit };
	}
	const byCode = codes.map(({ system, code }) => elementsByCode.get(codeKey(system, code)));
	const own =
		byCode.find((element) => element !== undefined) ?? (name === undefined ? undefined : elements.get(name));
	return own === undefined ? null : { element: own, localUnit: null };
}

/** Ages leave the door in whole years with 90 and over as one group (design: de-identification at the door). */
function toDictionaryUnit(element: Element, raw: number, unit: string | null): number | null {
	if (element.type !== 'number' || !Number.isFinite(raw)) return null;
	const value = convertUnit(raw, unit === null ? element.unit : ucumOf(unit), element.unit);
	if (value === null || element.id !== 'age') return value;
	return Math.min(Math.floor(value), element.bounds[1]);
}

function ownValue(element: Extract<Element, { type: 'code' }>, raw: string | Code): string | null {
	const text = textOf(raw);
	const found =
		typeof raw === 'string'
			? element.values.find(({ id }) => id.toLowerCase() === text.toLowerCase())
			: element.values.find(({ code }) => code?.system === raw.system && code.code === raw.code);
	return found?.id ?? null;
}

function sexOf(mapping: Mapping, element: Element | undefined, raw: string): string | null {
	const name = raw.trim();
	const lower = name.toLowerCase();
	const id = mapping.sexes.get(name) ?? (Object.hasOwn(sexes, lower) ? sexes[lower] : lower) ?? lower;
	return element?.type === 'code' && element.values.some((value) => value.id === id) ? id : null;
}

/** A code of another system (ICD-10-CM, SNOMED CT) maps by the mapping file only: equal text is no equal meaning. */
function conditionOf(mapping: Mapping, dictionary: Dictionary, coding: Code | string): string | null {
	const name = textOf(coding);
	const mapped = mapping.conditions.get(name);
	if (mapped !== undefined) return mapped;
	const entry = dictionaryLookup(dictionary).conditions.get(name);
	if (entry === undefined) return null;
	return typeof coding === 'string' || coding.system === entry.system ? entry.id : null;
}
