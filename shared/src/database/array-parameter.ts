// Hands a column of values to the database as one parameter, alike for both drivers: PostgreSQL's own text form of
// an array. The values stay a parameter; nothing of them becomes SQL.

import { type SQL, sql } from 'drizzle-orm';

export type ArrayType = 'smallint' | 'integer' | 'double precision' | 'boolean' | 'text';

export function arrayParameter(type: ArrayType, values: readonly (number | string | boolean | null)[]): SQL {
	return sql`cast(${arrayLiteral(values)}::text as ${sql.raw(type)}[])`;
}

export function arrayLiteral(values: readonly (number | string | boolean | null)[]): string {
	return `{${values.map((value) => textOf(value)).join(',')}}`;
}

function textOf(value: number | string | boolean | null): string {
	if (value === null) return 'null';
	if (typeof value !== 'string') return String(value);
	return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
