// A hospital's mapping file: how its local names translate to the data dictionary. Every target must exist.

import {
	convertUnit,
	type Dictionary,
	dictionaryLookup,
	type Element,
	err,
	type InputIssue,
	isKnownUnit,
	nearestNames,
	ok,
	type Result,
} from '@cordon/shared';
import { parse } from 'yaml';
import { z } from 'zod';
import { ucumOf } from './local-unit.ts';

export interface MappedElement {
	/** Dictionary id. */
	readonly element: string;
	/** UCUM unit of the local numbers where the file gives none; null: the dictionary's. */
	readonly unit: string | null;
	/** Whether numbers are written with a decimal comma. */
	readonly decimalComma: boolean;
	/** Local value to the id of a dictionary value; null counts as no value. */
	readonly values: ReadonlyMap<string, string | null>;
}

type Terms = ReadonlyMap<string, string>;

export interface Mapping {
	readonly elements: ReadonlyMap<string, MappedElement>;
	readonly modalities: Terms;
	readonly bodyParts: Terms;
	readonly conditions: Terms;
	readonly sexes: Terms;
	readonly consequences: Terms;
	readonly significances: Terms;
	readonly genes: Terms;
}

/** For a hospital that already speaks the dictionary's language. */
export const emptyMapping: Mapping = {
	elements: new Map(),
	modalities: new Map(),
	bodyParts: new Map(),
	conditions: new Map(),
	sexes: new Map(),
	consequences: new Map(),
	significances: new Map(),
	genes: new Map(),
};

const target = z.union([z.string(), z.number()]).transform(String);
const terms = z.record(z.string(), target).default({});
const mappedElement = z.strictObject({
	element: z.string(),
	unit: z.string().optional(),
	decimal: z.enum(['point', 'comma']).default('point'),
	values: z.record(z.string(), target.nullable()).default({}),
});
const schema = z.strictObject({
	cordon: z.literal(1),
	elements: z.record(z.string(), mappedElement).default({}),
	modalities: terms,
	bodyParts: terms,
	conditions: terms,
	sexes: terms,
	consequences: terms,
	significances: terms,
	genes: terms,
});
type MappingFile = z.infer<typeof schema>;

/**
 * Reads the text of a mapping file (YAML).
 *
 * Errors  one issue a mistake, with its path and the nearest names of the dictionary; a mapping with one is
 *         not used at all, since a patient mapped to nothing would count as one who has nothing.
 */
export function parseMapping(text: string, dictionary: Dictionary): Result<Mapping, readonly InputIssue[]> {
	let input: unknown;
	try {
		input = parse(text, { uniqueKeys: true, maxAliasCount: 0 });
	} catch {
		return err([{ path: '', message: 'not a YAML document, or a key is written twice', nearest: [] }]);
	}
	const shaped = schema.safeParse(input);
	if (!shaped.success) return err(shaped.error.issues.flatMap(issuesOf));
	const issues = [...elementIssues(shaped.data, dictionary), ...termIssues(shaped.data, dictionary)];
	return issues.length === 0 ? ok(toMapping(shaped.data)) : err(issues);
}

function toMapping(file: MappingFile): Mapping {
	const entries = Object.entries(file.elements).map(([name, { element, unit, decimal, values }]) => {
		const mapped = { element, unit: unit ?? null, decimalComma: decimal === 'comma', values: mapOf(values) };
		return [name, mapped] as const;
	});
	return {
		elements: new Map(entries),
		modalities: mapOf(file.modalities),
		bodyParts: mapOf(file.bodyParts),
		conditions: mapOf(file.conditions),
		sexes: mapOf(file.sexes),
		consequences: mapOf(file.consequences),
		significances: mapOf(file.significances),
		genes: mapOf(file.genes),
	};
}

function mapOf<T>(record: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
	return new Map(Object.entries(record));
}

function issuesOf(issue: z.core.$ZodIssue): readonly InputIssue[] {
	const path = pointer(issue.path);
	if (issue.code !== 'unrecognized_keys') {
		return [{ path, message: issue.message.replace(/^Invalid input: /, ''), nearest: [] }];
	}
	const valid = Object.keys(issue.path.length === 0 ? schema.shape : mappedElement.shape);
	return issue.keys.map((key) => ({
		path: `${path}${pointer([key])}`,
		message: `unknown key; valid here: ${valid.join(', ')}`,
		nearest: nearestNames(key, valid),
	}));
}

function pointer(path: readonly PropertyKey[]): string {
	return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function unknown(
	path: readonly PropertyKey[],
	what: string,
	typed: string,
	valid: Iterable<string>,
): InputIssue {
	return {
		path: pointer(path),
		message: `the dictionary has no such ${what}`,
		nearest: nearestNames(typed, valid),
	};
}

function elementIssues(file: MappingFile, dictionary: Dictionary): readonly InputIssue[] {
	const { elements } = dictionaryLookup(dictionary);
	return Object.entries(file.elements).flatMap(([name, mapped]) => {
		const path = ['elements', name];
		const element = elements.get(mapped.element);
		if (element === undefined)
			return [unknown([...path, 'element'], 'element', mapped.element, elements.keys())];
		return [...unitIssues(path, mapped.unit, element), ...valueIssues(path, mapped.values, element)];
	});
}

function unitIssues(
	path: readonly string[],
	unit: string | undefined,
	element: Element,
): readonly InputIssue[] {
	if (unit === undefined) return [];
	const at = pointer([...path, 'unit']);
	if (element.type === 'code') return [{ path: at, message: 'a coded element has no unit', nearest: [] }];
	if (convertUnit(1, ucumOf(unit), element.unit) !== null) return [];
	const reason = isKnownUnit(ucumOf(unit)) ? 'cannot be converted to' : 'is not a unit this node converts to';
	return [{ path: at, message: `${unit} ${reason} ${element.unit}`, nearest: [] }];
}

function valueIssues(
	path: readonly string[],
	values: MappingFile['elements'][string]['values'],
	element: Element,
): readonly InputIssue[] {
	const valid = element.type === 'code' ? element.values.map(({ id }) => id) : [];
	return Object.entries(values)
		.filter((entry): entry is [string, string] => entry[1] !== null && !valid.includes(entry[1]))
		.map(([local, id]) => unknown([...path, 'values', local], 'value of this element', id, valid));
}

function termIssues(file: MappingFile, dictionary: Dictionary): readonly InputIssue[] {
	const lookup = dictionaryLookup(dictionary);
	const sex = lookup.elements.get('sex');
	const lists = {
		modalities: ['modality', [...lookup.modalities]],
		bodyParts: ['body part', [...lookup.bodyParts]],
		conditions: ['condition', [...lookup.conditions.keys()]],
		sexes: ['value of sex', sex?.type === 'code' ? sex.values.map(({ id }) => id) : []],
		consequences: ['consequence', [...lookup.consequences]],
		significances: ['significance', [...lookup.significances]],
		genes: ['gene', [...lookup.genes.keys()]],
	} as const;
	return (Object.keys(lists) as (keyof typeof lists)[]).flatMap((list) => {
		const [what, names] = lists[list];
		const valid = new Set<string>(names);
		return Object.entries(file[list])
			.filter(([, name]) => !valid.has(name))
			.map(([local, name]) => unknown([list, local], what, name, valid));
	});
}
