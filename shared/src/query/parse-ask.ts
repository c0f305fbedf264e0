// Decides whether what is asked about a cohort can be computed from the dictionary's permitted categories.

import type { Path } from './input-issues.ts';
import { findElement } from './parse-element-fact.ts';
import { factKeys, parseFact } from './parse-fact.ts';
import type { Ask, AskKind, Variable } from './query.ts';
import { emptySchema, histogramSchema, tableSchema } from './question-schema.ts';
import { type Reading, readObject, readSingleKey } from './read-object.ts';

const askKeys = ['exists', 'count', 'histogram', 'table'] as const;

/** The ask, or null after noting its mistakes. */
export function parseAsk(input: unknown, path: Path, reading: Reading): Ask | null {
	const ask = readSingleKey(askKeys, input, path, reading.issues);
	if (ask === null) return null;
	const at = [...path, ask.key];
	switch (ask.key) {
		case 'exists':
			return readObject(emptySchema, ask.value, at, reading.issues) === null ? null : { exists: {} };
		case 'count':
			return readObject(emptySchema, ask.value, at, reading.issues) === null ? null : { count: {} };
		case 'histogram':
			return parseHistogram(ask.value, at, reading);
		case 'table':
			return parseTable(ask.value, at, reading);
	}
}

export function askKindOf(ask: Ask): AskKind {
	if ('exists' in ask) return 'exists';
	if ('count' in ask) return 'count';
	return 'histogram' in ask ? 'histogram' : 'table';
}

function parseHistogram(input: unknown, path: Path, reading: Reading): Ask | null {
	const histogram = readObject(histogramSchema, input, path, reading.issues);
	if (histogram === null) return null;
	return findElement(histogram.of, [...path, 'of'], reading) === null ? null : { histogram };
}

function parseTable(input: unknown, path: Path, reading: Reading): Ask | null {
	const table = readObject(tableSchema, input, path, reading.issues);
	if (table === null) return null;
	const rows = parseVariable(table.rows, [...path, 'rows'], reading);
	const columns = parseVariable(table.columns, [...path, 'columns'], reading);
	return rows === null || columns === null ? null : { table: { rows, columns } };
}

function parseVariable(input: unknown, path: Path, reading: Reading): Variable | null {
	const variable = readSingleKey(factKeys, input, path, reading.issues);
	if (variable === null) return null;
	const at = [...path, variable.key];
	if (variable.key !== 'element') {
		const fact = parseFact(variable.key, variable.value, at, reading);
		return fact === null || 'element' in fact ? null : fact;
	}
	if (typeof variable.value !== 'string') {
		reading.issues.add(at, 'expected the id of a dictionary element: its bins or values are the categories');
		return null;
	}
	const element = findElement(variable.value, at, reading);
	return element === null ? null : { element: element.id };
}
