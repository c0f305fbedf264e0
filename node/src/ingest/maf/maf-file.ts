// Walks one MAF file: comment lines skipped, columns found by name, rows as text.

import { LineError, readLines } from '../read-lines.ts';
import type { IssueCode } from '../source-reader.ts';

/** The file cannot be used; `line` is where it was noticed, 1-based. */
export class MafError extends Error {
	readonly code: IssueCode;
	readonly line: number | null;

	constructor(code: IssueCode, line: number | null) {
		super(code);
		this.name = 'MafError';
		this.code = code;
		this.line = line;
	}
}

const required = [
	'Hugo_Symbol',
	'Chromosome',
	'Start_Position',
	'End_Position',
	'Variant_Classification',
	'Reference_Allele',
	'Tumor_Seq_Allele1',
	'Tumor_Seq_Allele2',
] as const;
const optional = ['NCBI_Build', 'Strand'] as const;

export type MafColumn = (typeof required)[number] | (typeof optional)[number];

export interface MafRow {
	readonly line: number;
	readonly patient: string;
	/** '' where an optional column is absent. */
	readonly cell: (column: MafColumn) => string;
}

interface Columns {
	readonly count: number;
	readonly patient: number;
	readonly indexes: ReadonlyMap<MafColumn, number>;
}

/** The patient column by its exact name; the others in any case, since programs differ (`End_position`). */
function columnsOf(header: readonly string[], patient: string, line: number): Columns {
	const lower = header.map((name) => name.trim().toLowerCase());
	const indexes = new Map<MafColumn, number>();
	for (const column of [...required, ...optional]) {
		const index = lower.indexOf(column.toLowerCase());
		if (index >= 0) indexes.set(column, index);
		if (lower.lastIndexOf(column.toLowerCase()) !== index) throw new MafError('column-duplicate', line);
	}
	const patientAt = header.indexOf(patient);
	const isComplete = required.every((column) => indexes.has(column)) && patientAt >= 0;
	if (!isComplete) throw new MafError('column-missing', line);
	return { count: header.length, patient: patientAt, indexes };
}

/** Programs leave out trailing empty cells, never middle ones; a longer row is a broken one. */
function rowOf(cells: readonly string[], columns: Columns, line: number): MafRow {
	const needed = Math.max(columns.patient, ...columns.indexes.values());
	if (cells.length > columns.count || cells.length <= needed) throw new MafError('row-malformed', line);
	return {
		line,
		patient: (cells[columns.patient] ?? '').trim(),
		cell: (column) => (cells[columns.indexes.get(column) ?? -1] ?? '').trim(),
	};
}

function textOf(
	bytes: Buffer,
	decoder: { readonly decode: (bytes: Buffer) => string },
	line: number,
): string {
	try {
		return decoder.decode(bytes);
	} catch {
		// The decoder says only that the bytes are no UTF-8, which is the code.
		throw new MafError('not-utf8', line);
	}
}

async function* linesOf(path: string): AsyncGenerator<readonly Buffer[]> {
	try {
		yield* readLines(path);
	} catch (cause) {
		if (cause instanceof LineError) throw new MafError(cause.code, null);
		throw cause;
	}
}

/**
 * Shape   the rows of each block of the file; a MAF has no quoting.
 * Errors  throws MafError: `header-missing`, `column-missing`, `column-duplicate`, `row-malformed`,
 *         `not-utf8`, or a code of LineError.
 */
export async function* readMaf(path: string, patient: string): AsyncGenerator<readonly MafRow[]> {
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let columns: Columns | null = null;
	let number = 0;
	for await (const lines of linesOf(path)) {
		const rows: MafRow[] = [];
		for (const bytes of lines) {
			number += 1;
			const line = textOf(bytes, decoder, number);
			if (line === '' || (columns === null && line.startsWith('#'))) continue;
			const cells = line.split('\t');
			if (columns === null) columns = columnsOf(cells, patient, number);
			else rows.push(rowOf(cells, columns, number));
		}
		yield rows;
	}
	if (columns === null) throw new MafError(number === 0 ? 'empty-file' : 'header-missing', number);
}
