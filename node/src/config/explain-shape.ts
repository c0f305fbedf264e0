// Turns what a schema finds wrong into issues that a person can mend: where, what is expected, and what was meant.

import { type InputIssue, nearestNames } from '@cordon/shared';
import type { z } from 'zod';

/** The message of every schema for ids; with it, the id that the text would make is offered. */
export const idMessage = 'expected lower-case letters, digits and hyphens, at most 40';

/** `schema` is the JSON Schema of `input`, from which valid keys and expectations are read. */
export function explainShape(error: z.ZodError, input: unknown, schema: unknown): readonly InputIssue[] {
	return error.issues.flatMap((issue) => explain(issue, input, schema));
}

function explain(issue: z.core.$ZodIssue, input: unknown, schema: unknown): readonly InputIssue[] {
	const path = pointer(issue.path);
	const here = schemasAt(schema, issue.path);
	if (issue.code === 'unrecognized_keys') {
		const valid = [...new Set(here.flatMap((one) => Object.keys(recordOf(property(one, 'properties')))))];
		return issue.keys.map((key) => ({
			path: `${path}${pointer([key])}`,
			message: `unknown key; valid here: ${valid.join(', ')}`,
			nearest: nearestNames(key, valid),
		}));
	}
	const names = here.flatMap(permittedNames);
	const message = messageOf(issue, names);
	const found = valueAt(input, issue.path);
	if (found === undefined) return [{ path, message: missing(here, message, names), nearest: [] }];
	return [{ path, message, nearest: meantBy(found, issue, names) }];
}

function messageOf(issue: z.core.$ZodIssue, names: readonly string[]): string {
	if (names.length > 0) return `expected ${names.join(' or ')}`;
	return issue.message.replace(/^(Invalid input|Too small|Too big): /, '').replace(/, received .*$/, '');
}

/** What a setting is for says best what to write into it. */
function missing(here: readonly unknown[], expected: string, names: readonly string[]): string {
	const description = here
		.map((one) => property(one, 'description'))
		.find((text) => typeof text === 'string');
	const what = names.length > 0 || description === undefined ? `missing; ${expected}` : 'missing';
	return description === undefined ? what : `${what}. ${description}`;
}

function meantBy(found: unknown, issue: z.core.$ZodIssue, names: readonly string[]): readonly string[] {
	if (typeof found !== 'string') return [];
	if (names.length > 0) return nearestNames(found, names);
	if (issue.message !== idMessage) return [];
	const id = found
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.replaceAll(/^-+/g, '')
		.slice(0, 40)
		.replace(/-+$/, '');
	return id === '' ? [] : [id];
}

function pointer(path: readonly PropertyKey[]): string {
	return path.map((step) => `/${String(step)}`).join('');
}

/** More than one where a union leaves it open which applies. */
function schemasAt(schema: unknown, path: readonly PropertyKey[]): readonly unknown[] {
	return path.reduce<readonly unknown[]>(
		(here, step) =>
			here
				.map((one) =>
					typeof step === 'number'
						? property(one, 'items')
						: property(property(one, 'properties'), String(step)),
				)
				.flatMap(alternativesOf),
		alternativesOf(schema),
	);
}

function alternativesOf(schema: unknown): readonly unknown[] {
	if (schema === undefined) return [];
	const options = [...listOf(property(schema, 'anyOf')), ...listOf(property(schema, 'oneOf'))];
	return options.length === 0 ? [schema] : options;
}

function permittedNames(schema: unknown): readonly string[] {
	const only = property(schema, 'const');
	return [...listOf(property(schema, 'enum')), ...(only === undefined ? [] : [only])].map(String);
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
	return path.reduce<unknown>((here, step) => property(here, String(step)), input);
}

/** Own properties only: `constructor` is no key of a file. */
function property(value: unknown, key: string): unknown {
	return typeof value === 'object' && value !== null
		? Object.getOwnPropertyDescriptor(value, key)?.value
		: undefined;
}

function recordOf(value: unknown): object {
	return typeof value === 'object' && value !== null ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
