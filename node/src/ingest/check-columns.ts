// Whether a table that a configuration names has the columns it is said to have, for the operator who wrote it.

import { type InputIssue, nearestNames } from '@cordon/shared';
import { openTable, TableError } from './csv/read-table.ts';
import { LineError, readLines } from './read-lines.ts';
import type { IssueCode } from './source-reader.ts';

export interface TablePlace {
	/** Absolute. */
	readonly file: string;
	/** As the configuration writes it. */
	readonly shown: string;
	/** Where in the configuration the file is named. */
	readonly path: string;
}

export interface WantedColumn {
	readonly name: string;
	/** Where in the configuration the column is named. */
	readonly path: string;
}

/** More names than this are no help in a message. */
const maxNames = 30;

const explanations: Partial<Readonly<Record<IssueCode, string>>> = {
	'column-duplicate': 'has two columns of the same name',
	'column-missing': 'lacks a column that it must have',
	'empty-file': 'is empty',
	'not-utf8': 'is not UTF-8',
	truncated: 'is cut off: its end is missing',
	'compression-invalid': 'is not a whole gzip file',
	'row-malformed': 'has a header that cannot be read',
};

/** Errors  an issue for each column that is not there, with the names that are; or one for a file that is no table. */
export async function checkColumns(
	place: TablePlace,
	wanted: readonly WantedColumn[],
): Promise<readonly InputIssue[]> {
	const required = wanted.map(({ name }) => name);
	const fault = await faultOf(() => openTable(place.file, required));
	if (fault === null) return [];
	if (fault !== 'column-missing') return [fileIssue(place, fault)];
	return missingColumns(place, wanted, likelyHeader(place.file, await firstRow(place.file)));
}

/** A MAF has tabs, no quotes, and comment lines before its header. */
export async function checkMafColumn(
	place: TablePlace,
	wanted: WantedColumn,
): Promise<readonly InputIssue[]> {
	let header: readonly string[] = [];
	const fault = await faultOf(async () => {
		header = (await firstRow(place.file)).split('\t').map((name) => name.trim());
	});
	return fault === null ? missingColumns(place, [wanted], header) : [fileIssue(place, fault)];
}

async function faultOf(open: () => Promise<unknown>): Promise<IssueCode | null> {
	try {
		await open();
		return null;
	} catch (cause) {
		if (cause instanceof TableError) return cause.code;
		throw cause;
	}
}

function fileIssue({ shown, path }: TablePlace, code: IssueCode): InputIssue {
	return { path, message: `${shown} ${explanations[code] ?? `cannot be read (${code})`}`, nearest: [] };
}

function missingColumns(
	{ shown }: TablePlace,
	wanted: readonly WantedColumn[],
	header: readonly string[],
): readonly InputIssue[] {
	const listed = header.slice(0, maxNames).join(', ');
	const columns = header.length > maxNames ? `${listed} and others` : listed;
	return wanted
		.filter(({ name }) => !header.includes(name))
		.map(({ name, path }) => ({
			path,
			message: `${shown} has no column ${name}; it has ${columns}`,
			nearest: nearestNames(name, header),
		}));
}

async function firstRow(file: string): Promise<string> {
	try {
		for await (const lines of readLines(file)) {
			const line = lines.find((bytes) => bytes.length > 0 && bytes[0] !== 0x23);
			if (line !== undefined) return line.toString('utf8').replace(/^\uFEFF/, '');
		}
	} catch (cause) {
		if (cause instanceof LineError) throw new TableError(cause.code, null);
		throw cause;
	}
	throw new TableError('empty-file', null);
}

/** Only a hint for a message: the delimiter that makes most columns. */
function likelyHeader(file: string, line: string): readonly string[] {
	const delimiters = /\.tsv(\.gz|\.bgz)?$/i.test(file) ? ['\t'] : [',', ';', '\t'];
	const readings = delimiters.map((delimiter) =>
		line.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, '$1')),
	);
	return readings.reduce((best, reading) => (reading.length > best.length ? reading : best), []);
}
