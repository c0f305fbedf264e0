// Reads a list of patient identifiers from a column of a table: who was examined, who withdrew.

import { err, ok, type Result } from '@cordon/shared';
import { openTable, TableError } from './csv/read-table.ts';
import type { ColumnOfFile } from './source-config.ts';
import type { IssueCode } from './source-reader.ts';

/** Each identifier once, in order; empty cells are left out. Errors: a code of `openTable`. */
export async function readList({
	file,
	column,
}: ColumnOfFile): Promise<Result<readonly string[], IssueCode>> {
	try {
		const table = await openTable(file, [column]);
		const identifiers = new Set<string>();
		for await (const { cells } of table.rows([column])) if (cells[0]) identifiers.add(cells[0]);
		return ok([...identifiers]);
	} catch (cause) {
		if (cause instanceof TableError) return err(cause.code);
		throw cause;
	}
}
