// Decides whether a data dictionary can be relied on: every id unique, every name known, every grid complete.

import { Issues } from '../query/input-issues.ts';
import type { InputIssue } from '../query/query.ts';
import { err, ok, type Result } from '../result.ts';
import type { Dictionary, Element, GeneEntry, NumberElement } from './dictionary.ts';
import { dictionaryKeys, dictionarySchema } from './dictionary-schema.ts';
import { findCycle } from './find-cycle.ts';

/** Categories that every variable already has; a value of that name could not be told from them. */
const reservedValues = new Set(['unknown', 'true', 'false']);

/**
 * Reads a dictionary from outside.
 *
 * Shape   the dictionary as given, nothing added.
 * Errors  up to 32 issues, each with its JSON pointer; a dictionary with one issue is not used at all.
 */
export function parseDictionary(input: unknown): Result<Dictionary, readonly InputIssue[]> {
	const issues = new Issues();
	const shaped = dictionarySchema.safeParse(input);
	if (!shaped.success) {
		issues.addSchemaIssues([], shaped.error, dictionaryKeys);
		return err(issues.list);
	}
	const dictionary = shaped.data;
	checkNames(dictionary, issues);
	dictionary.elements.forEach((element, at) => {
		checkElement(element, at, issues);
	});
	checkCodes(dictionary, issues);
	checkConditions(dictionary, issues);
	dictionary.genes.forEach((gene, at) => {
		checkRegions(gene, at, dictionary.assemblies, issues);
	});
	return issues.list.length === 0 ? ok(dictionary) : err(issues.list);
}

function checkNames(dictionary: Dictionary, issues: Issues): void {
	const { elements, conditions, genes } = dictionary;
	checkUnique(
		['elements'],
		elements.map(({ id }) => id),
		issues,
	);
	checkUnique(
		['conditions'],
		conditions.map(({ id }) => id),
		issues,
	);
	checkUnique(
		['genes'],
		genes.map(({ symbol }) => symbol),
		issues,
	);
	for (const list of ['modalities', 'bodyParts', 'consequences', 'significances', 'assemblies'] as const) {
		checkUnique([list], dictionary[list], issues);
	}
}

function checkUnique(path: readonly (string | number)[], names: readonly string[], issues: Issues): void {
	const seen = new Set<string>();
	names.forEach((name, at) => {
		if (seen.has(name)) issues.add([...path, at], `duplicate name ${name}`);
		seen.add(name);
	});
}

function checkElement(element: Element, at: number, issues: Issues): void {
	if (element.type === 'number') {
		checkBins(element, at, issues);
		return;
	}
	const ids = element.values.map(({ id }) => id);
	checkUnique(['elements', at, 'values'], ids, issues);
	ids.forEach((id, value) => {
		if (reservedValues.has(id)) issues.add(['elements', at, 'values', value, 'id'], `reserved name ${id}`);
	});
}

function checkBins({ bounds: [low, high], bins }: NumberElement, at: number, issues: Issues): void {
	if (low >= high) issues.add(['elements', at, 'bounds'], 'the low bound must be below the high one');
	if (bins[0] !== low || bins.at(-1) !== high) {
		issues.add(['elements', at, 'bins'], `bin edges must run from ${low} to ${high}`);
	}
	const falling = bins.findIndex((edge, index) => index > 0 && edge <= (bins[index - 1] ?? edge));
	if (falling > 0) issues.add(['elements', at, 'bins', falling], 'bin edges must ascend');
}

/** One code for two elements, or for two values of one element, would make a hospital's mapping ambiguous. */
function checkCodes({ elements }: Dictionary, issues: Issues): void {
	const seen = new Set<string>();
	elements.forEach((element, at) => {
		checkCode(element.code, seen, ['elements', at, 'code'], issues);
		if (element.type === 'number') return;
		const values = new Set<string>();
		element.values.forEach(({ code }, value) => {
			checkCode(code, values, ['elements', at, 'values', value, 'code'], issues);
		});
	});
}

function checkCode(
	code: Element['code'],
	seen: Set<string>,
	path: readonly (string | number)[],
	issues: Issues,
): void {
	if (code === undefined) return;
	const key = `${code.system}|${code.code}`;
	if (seen.has(key)) issues.add(path, 'this code is used twice');
	seen.add(key);
}

function checkConditions({ conditions }: Dictionary, issues: Issues): void {
	const known = new Set(conditions.map(({ id }) => id));
	conditions.forEach(({ parents }, at) => {
		parents.forEach((parent, index) => {
			if (!known.has(parent)) {
				issues.addUnknown(['conditions', at, 'parents', index], 'condition', parent, [...known]);
			}
		});
	});
	const cycle = findCycle(new Map(conditions.map(({ id, parents }) => [id, parents])));
	if (cycle !== null) {
		const at = conditions.findIndex(({ id }) => id === cycle);
		issues.add(['conditions', at, 'parents'], `condition ${cycle} is its own ancestor`);
	}
}

function checkRegions(gene: GeneEntry, at: number, assemblies: readonly string[], issues: Issues): void {
	gene.regions.forEach((region, index) => {
		const path = ['genes', at, 'regions', index];
		if (!assemblies.includes(region.assembly)) {
			issues.addUnknown([...path, 'assembly'], 'assembly', region.assembly, assemblies);
		}
		if (region.start > region.end) issues.add([...path, 'end'], 'a region must not end before it starts');
	});
}
