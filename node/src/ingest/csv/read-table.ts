// Reads a CSV or TSV file row by row, with its header checked, so that a column never means another one.

import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { LineError, readBytes, readLines } from '../read-lines.ts';
import type { IssueCode } from '../source-reader.ts';

/** One row is never larger than this; a missing closing quote would otherwise swallow the file. */
const maxRowBytes = 4 * 1024 * 1024;

/** The table cannot be used; `line` is where it was noticed, 1-based. */
export class TableError extends Error {
	readonly code: IssueCode;
	readonly line: number | null;

	constructor(code: IssueCode, line: number | null) {
		super(code);
		this.name = 'TableError';
		this.code = code;
		this.line = line;
	}
}

export interface TableRow {
	/** 1-based line of the file where the row ends. */
	readonly line: number;
	/** In the order of the columns asked for. */
	readonly cells: readonly string[];
}

export interface Table {
	readonly columns: readonly string[];
	/** Rows with the cells of these columns only. Throws TableError. */
	readonly rows: (columns: readonly string[]) => AsyncGenerator<TableRow>;
}

async function* textOf(path: string): AsyncGenerator<string> {
	const decoder = new TextDecoder('utf-8', { fatal: true });
	try {
		for await (const bytes of readBytes(path)) yield decoder.decode(bytes, { stream: true });
		yield decoder.decode();
	} catch (cause) {
		throw new TableError(cause instanceof LineError ? cause.code : 'not-utf8', null);
	}
}

async function firstLine(path: string): Promise<string> {
	try {
		for await (const lines of readLines(path)) {
			const line = lines.find((bytes) => bytes.length > 0);
			if (line !== undefined) return line.toString('utf8');
		}
	} catch (cause) {
		if (cause instanceof LineError) throw new TableError(cause.code, null);
		throw cause;
	}
	throw new TableError('empty-file', null);
}

async function* records(path: string, delimiter: string): AsyncGenerator<TableRow> {
	const parser = parse({
		bom: true,
		delimiter,
		info: true,
		skip_empty_lines: true,
		max_record_size: maxRowBytes,
	});
	// The callback is required; the same failure reaches the loop below.
	pipeline(Readable.from(textOf(path)), parser, () => undefined);
	try {
		for await (const entry of parser) {
			const { record, info } = entry as {
				readonly record: readonly string[];
				readonly info: { lines: number };
			};
			yield { line: info.lines, cells: record };
		}
	} catch (cause) {
		// csv-parse's message quotes the row, so only its kind is kept.
		if (cause instanceof CsvError) throw new TableError('row-malformed', Number(cause['lines']) || null);
		throw cause;
	} finally {
		parser.destroy();
	}
}

async function headerOf(path: string, delimiter: string): Promise<readonly string[]> {
	for await (const { cells } of records(path, delimiter)) return cells.map((name) => name.trim());
	throw new TableError('empty-file', null);
}

async function delimiterOf(path: string, required: readonly string[]): Promise<string> {
	if (/\.tsv(\.gz|\.bgz)?$/i.test(path)) return '\t';
	const line = (await firstLine(path)).replace(/^\uFEFF/, '');
	const candidates = [',', ';', '\t'].filter((delimiter) => {
		const names = line.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
		return required.every((column) => names.includes(column));
	});
	const [delimiter] = candidates;
	if (delimiter === undefined) throw new TableError('column-missing', 1);
	return delimiter;
}

/**
 * Opens a table whose header must have the columns given: a `.tsv` is split at tabs, any other file at the
 * comma, semicolon or tab that yields those columns. Quotes as in RFC 4180; UTF-8, with or without a mark.
 *
 * Errors  throws TableError: `column-missing`, `column-duplicate`, `empty-file`, `not-utf8`, `row-malformed`
 *         (a row has more or fewer cells than the header, or a quote is wrong), or a code of LineError.
 */
export async function openTable(path: string, required: readonly string[]): Promise<Table> {
	const delimiter = await delimiterOf(path, required);
	const columns = await headerOf(path, delimiter);
	if (new Set(columns).size !== columns.length) throw new TableError('column-duplicate', 1);
	if (required.some((column) => !columns.includes(column))) throw new TableError('column-missing', 1);
	return {
		columns,
		rows: (wanted) =>
			rowsOf(
				path,
				delimiter,
				wanted.map((column) => columns.indexOf(column)),
			),
	};
}

async function* rowsOf(
	path: string,
	delimiter: string,
	indexes: readonly number[],
): AsyncGenerator<TableRow> {
	let isHeader = true;
	for await (const { line, cells } of records(path, delimiter)) {
		if (!isHeader) yield { line, cells: indexes.map((index) => (cells[index] ?? '').trim()) };
		isHeader = false;
	}
}
