// Reads JSON from outside so that every reader sees the same value: no duplicate keys, no `__proto__`, no numbers
// beyond a double, no lone surrogates, and nothing large or deep enough to hurt.

import { err, ok, type Result } from '../result.ts';
import { Issues, type Path, quoted } from './input-issues.ts';
import type { InputIssue } from './query.ts';

/** A question is a page of text; 64 KiB is a very long one. */
export const maxTextBytes = 65_536;
/** Brackets within brackets; a cohort may be 16 deep and each of its levels opens two. */
const maxNesting = 40;
const maxValues = 8_192;

/** Parses a text; the value is not yet known to mean anything. */
export function parseStrictJson(text: string): Result<unknown, readonly InputIssue[]> {
	const issues = new Issues();
	// A UTF-16 unit is at least one byte of UTF-8, so the cheap test comes first.
	if (text.length > maxTextBytes || Buffer.byteLength(text, 'utf8') > maxTextBytes) {
		issues.add([], `the text is longer than ${maxTextBytes} bytes`);
		return err(issues.list);
	}
	if (nestingOf(text) > maxNesting) {
		issues.add([], `brackets are nested more than ${maxNesting} deep`);
		return err(issues.list);
	}
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		issues.add([], syntaxMessage(text, error));
		return err(issues.list);
	}
	findDuplicateKeys(text, issues);
	checkJsonValue(value, issues);
	return issues.list.length === 0 ? ok(value) : err(issues.list);
}

/** Checks a value that somebody else parsed: plain finite well-formed JSON within the limits. */
export function checkJsonValue(value: unknown, issues: Issues): void {
	const waiting: { readonly value: unknown; readonly path: Path }[] = [{ value, path: [] }];
	let seen = 0;
	for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
		seen += 1;
		if (seen > maxValues || next.path.length > maxNesting) {
			issues.add([], 'the document is too large or too deep');
			return;
		}
		const problem = scalarProblem(next.value);
		if (problem !== null) issues.add(next.path, problem);
		if (typeof next.value !== 'object' || next.value === null) continue;
		for (const [key, child] of Object.entries(next.value)) {
			const path = [...next.path, Array.isArray(next.value) ? Number(key) : key];
			if (!key.isWellFormed() || key === '__proto__') issues.add(path, `key ${quoted(key)} is not allowed`);
			else waiting.push({ value: child, path });
		}
	}
}

function scalarProblem(value: unknown): string | null {
	switch (typeof value) {
		case 'number':
			return Number.isFinite(value) ? null : 'the number is too large';
		case 'string':
			return value.isWellFormed() ? null : 'the text holds half a surrogate pair';
		case 'boolean':
			return null;
		case 'object':
			return value === null || Array.isArray(value) || isPlain(value) ? null : 'not a JSON value';
		default:
			return 'not a JSON value';
	}
}

function isPlain(value: object): boolean {
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === Object.prototype || prototype === null;
}

/** Where JSON.parse gave up, without its echo of the text around. */
function syntaxMessage(text: string, error: unknown): string {
	const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
	if (position === undefined) return 'not JSON';
	const before = text.slice(0, Number(position)).split('\n');
	return `not JSON, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The deepest nesting of brackets outside strings, also of a text that is not JSON. */
function nestingOf(text: string): number {
	let depth = 0;
	let deepest = 0;
	for (const { token } of tokens(text)) {
		if (token === '{' || token === '[') depth += 1;
		if (token === '}' || token === ']') depth -= 1;
		deepest = Math.max(deepest, depth);
	}
	return deepest;
}

/** JSON.parse keeps the last of two equal keys and others keep the first: two readers, two questions. */
function findDuplicateKeys(text: string, issues: Issues): void {
	const open: { readonly keys: Set<string> | null; key: string | number }[] = [];
	let last = '';
	for (const { token, string } of tokens(text)) {
		const frame = open.at(-1);
		if (token === '{') open.push({ keys: new Set(), key: '' });
		else if (token === '[') open.push({ keys: null, key: 0 });
		else if (token === '}' || token === ']') open.pop();
		else if (token === '"') last = string;
		else if (token === ',' && typeof frame?.key === 'number') frame.key += 1;
		else if (token === ':' && frame !== undefined && frame.keys !== null) {
			const key: unknown = JSON.parse(last);
			frame.key = String(key);
			if (frame.keys.has(frame.key)) {
				issues.add(
					open.map((outer) => outer.key),
					`key ${quoted(frame.key)} is given twice`,
				);
			}
			frame.keys.add(frame.key);
		}
	}
}

/** Punctuation and whole strings of a JSON text; numbers, words and space are passed over. One linear walk. */
function* tokens(text: string): Generator<{ readonly token: string; readonly string: string }> {
	for (let at = 0; at < text.length; at += 1) {
		const token = text.charAt(at);
		if (token === '"') {
			const start = at;
			for (at += 1; at < text.length && text.charAt(at) !== '"'; at += 1)
				if (text.charAt(at) === '\\') at += 1;
			yield { token, string: text.slice(start, at + 1) };
		} else if ('{}[],:'.includes(token)) yield { token, string: '' };
	}
}
