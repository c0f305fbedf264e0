// Inserts many rows in one statement with one parameter a column; rows that the table already has are left alone.

import { type ArrayType, arrayParameter, type Tx } from '@cordon/shared';
import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

type Cell = number | string | boolean | null;
export type Row = Readonly<Record<string, unknown>>;

const arrayTypes: Readonly<Record<string, ArrayType>> = {
	smallint: 'smallint',
	integer: 'integer',
	'double precision': 'double precision',
	boolean: 'boolean',
	text: 'text',
};

/** A row is keyed as the table's definition is; `shard` keeps its default. `onConflict` decides for a row met before. */
export async function insertRows(
	tx: Tx,
	table: PgTable,
	rows: readonly Row[],
	onConflict: SQL = sql`do nothing`,
): Promise<void> {
	if (rows.length === 0) return;
	const columns = Object.entries(getTableColumns(table)).filter(([key]) => key !== 'shard');
	const names = sql.join(
		columns.map(([, column]) => sql.identifier(column.name)),
		sql`, `,
	);
	const arrays = sql.join(
		columns.map(([key, column]) => columnParameter(column, rows, key)),
		sql`, `,
	);
	// A column of jsonb or of arrays travels as text, for unnest would flatten an array of arrays.
	const values = sql.join(
		columns.map(([, column]) => sql`r.${sql.identifier(column.name)}::${sql.raw(column.getSQLType())}`),
		sql`, `,
	);
	await tx.execute(
		sql`insert into ${table} (${names}) select ${values} from unnest(${arrays}) as r (${names}) on conflict ${onConflict}`,
	);
}

function columnParameter(column: PgColumn, rows: readonly Row[], key: string): SQL {
	const type = arrayTypes[column.getSQLType()] ?? 'text';
	return arrayParameter(
		type,
		rows.map((row) => cellOf(row[key])),
	);
}

function cellOf(value: unknown): Cell {
	switch (typeof value) {
		case 'string':
		case 'boolean':
			return value;
		case 'number':
			if (!Number.isFinite(value)) throw new Error('a stored number is finite');
			return value;
		default:
			if (value === null) return null;
			throw new Error(`no column holds a ${typeof value}`);
	}
}
