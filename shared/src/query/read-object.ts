// Reads one object of a question: a flat one by its schema, or one that has a single key naming what it is.

import type { z } from 'zod';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { DictionaryLookup } from '../dictionary/dictionary-lookup.ts';
import type { Issues, Path } from './input-issues.ts';

/** What the reading of one question shares: the names it may use and the mistakes found so far. */
export interface Reading {
	readonly dictionary: Dictionary;
	readonly lookup: DictionaryLookup;
	readonly issues: Issues;
}

/** The object as its schema has it, or null after its mistakes have been noted. */
export function readObject<S extends z.ZodObject>(
	schema: S,
	input: unknown,
	path: Path,
	issues: Issues,
): z.output<S> | null {
	const read = schema.safeParse(input);
	if (read.success) return read.data;
	issues.addSchemaIssues(path, read.error, Object.keys(schema.shape));
	return null;
}

/** The one key of an object that must be one of those given, with what it holds; null after noting a mistake. */
export function readSingleKey<K extends string>(
	keys: readonly K[],
	input: unknown,
	path: Path,
	issues: Issues,
): { readonly key: K; readonly value: unknown } | null {
	const expected = `expected an object with exactly one of ${keys.join(', ')}`;
	if (typeof input !== 'object' || input === null || Array.isArray(input)) {
		issues.add(path, expected);
		return null;
	}
	const entries = Object.entries(input);
	const [first] = entries;
	if (first === undefined || entries.length > 1) {
		issues.add(path, expected);
		return null;
	}
	const key = keys.find((candidate) => candidate === first[0]);
	if (key === undefined) {
		issues.addUnknown([...path, first[0]], 'key', first[0], keys);
		return null;
	}
	return { key, value: first[1] };
}

/** Notes each name that is not valid or is given twice. */
export function checkNames(
	given: readonly string[],
	valid: readonly string[],
	{ path, what }: { readonly path: Path; readonly what: string },
	issues: Issues,
): void {
	const allowed = new Set(valid);
	const seen = new Set<string>();
	given.forEach((name, at) => {
		if (!allowed.has(name)) issues.addUnknown([...path, at], what, name, valid);
		else if (seen.has(name)) issues.add([...path, at], `${what} ${name} is given twice`);
		seen.add(name);
	});
}
