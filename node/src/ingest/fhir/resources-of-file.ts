// Yields the FHIR resources of one file, whether it holds lines, a Bundle or a single resource.

import { LineError, readBytes, readLines } from '../read-lines.ts';
import type { IssueCode } from '../source-reader.ts';
import { asObject, type JsonObject, objectsOf, textOf } from './json-value.ts';

export type FileItem =
	| {
			readonly kind: 'resource';
			readonly resource: JsonObject;
			/** Bundle.entry.fullUrl; a `urn:` one means nothing outside its Bundle. */
			readonly fullUrl: string | null;
			/** Tells the Bundles of one file apart; the empty string outside of any. */
			readonly bundle: string;
			readonly place?: string;
	  }
	| { readonly kind: 'refused'; readonly code: IssueCode; readonly place?: string };

export interface ReadingChoice {
	/** Lines that cannot hold what is looked for are passed over unparsed. */
	readonly skipLine?: (line: Buffer) => boolean;
}

/** A Bundle is parsed whole; above this, hospitals have NDJSON. */
const maxDocumentBytes = 256 * 1024 * 1024;

function refused(code: IssueCode, place?: string): FileItem {
	return { kind: 'refused', code, ...(place === undefined ? {} : { place }) };
}

type Parsed = { readonly value: unknown } | 'not-json' | 'not-utf8';

function parseJson(bytes: Buffer): Parsed {
	let text: string;
	try {
		// A byte order mark is dropped; bytes that are no UTF-8 must not merge two identifiers into one.
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return 'not-utf8';
	}
	try {
		return { value: JSON.parse(text) };
	} catch {
		return 'not-json';
	}
}

function* itemsOfDocument(value: unknown, place?: string): Generator<FileItem> {
	const resource = asObject(value);
	if (resource === null || textOf(resource['resourceType']) === null) {
		yield refused('not-fhir', place);
		return;
	}
	if (resource['resourceType'] !== 'Bundle') {
		yield {
			kind: 'resource',
			resource,
			fullUrl: null,
			bundle: '',
			...(place === undefined ? {} : { place }),
		};
		return;
	}
	const prefix = place === undefined ? '' : `${place} `;
	for (const [index, entry] of objectsOf(resource['entry']).entries()) {
		const inner = asObject(entry['resource']);
		// An entry without a resource is a deletion or a search's outcome.
		if (inner === null) continue;
		const at = `${prefix}entry ${index + 1}`;
		if (textOf(inner['resourceType']) === null) yield refused('not-fhir', at);
		else {
			const fullUrl = textOf(entry['fullUrl']);
			yield { kind: 'resource', resource: inner, fullUrl, bundle: `${prefix}bundle`, place: at };
		}
	}
}

async function* itemsOfLines(path: string, choice: ReadingChoice): AsyncGenerator<FileItem> {
	let number = 0;
	for await (const lines of readLines(path)) {
		for (const line of lines) {
			number += 1;
			if (line.length === 0 || choice.skipLine?.(line) === true) continue;
			const parsed = parseJson(line);
			if (typeof parsed === 'string') yield refused(parsed, `line ${number}`);
			else yield* itemsOfDocument(parsed.value, `line ${number}`);
		}
	}
}

async function readDocument(path: string): Promise<Buffer | null> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of readBytes(path)) {
		size += chunk.length;
		if (size > maxDocumentBytes) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function firstLineIsJson(bytes: Buffer): boolean {
	const end = bytes.indexOf(0x0a);
	return end > 0 && typeof parseJson(bytes.subarray(0, end)) !== 'string';
}

async function* itemsOfJson(path: string, choice: ReadingChoice): AsyncGenerator<FileItem> {
	const bytes = await readDocument(path);
	if (bytes === null) {
		yield refused('file-too-large');
		return;
	}
	if (bytes.length === 0) {
		yield refused('empty-file');
		return;
	}
	const parsed = parseJson(bytes);
	if (typeof parsed !== 'string') yield* itemsOfDocument(parsed.value);
	// Lines under the name of a document: one broken line must not cost the others.
	else if (firstLineIsJson(bytes)) yield* itemsOfLines(path, choice);
	else yield refused(parsed);
}

/**
 * Shape   `.ndjson` and `.jsonl` line by line, `.json` as one document (Bundle entries one by one), each also
 *         as `.gz`; `place` is the line or the entry, counted from 1.
 * Errors  as items: `not-fhir` another kind of file, or JSON without a resourceType; `not-json`, `not-utf8`,
 *         `empty-file`, `file-too-large` (a document over 256 MiB), `unreadable`, `compression-invalid`,
 *         `truncated`, `line-too-long`.
 */
export async function* resourcesOfFile(path: string, choice: ReadingChoice = {}): AsyncGenerator<FileItem> {
	const name = path.toLowerCase().replace(/\.gz$/, '');
	try {
		if (name.endsWith('.ndjson') || name.endsWith('.jsonl')) yield* itemsOfLines(path, choice);
		else if (name.endsWith('.json')) yield* itemsOfJson(path, choice);
		else yield refused('not-fhir');
	} catch (cause) {
		if (!(cause instanceof LineError)) throw cause;
		yield refused(cause.code);
	}
}
