// Reads columns whose types the drivers do not state. What is not of the type was not written by this program.

export type Row = Readonly<Record<string, unknown>>;

export function textOf(row: Row, column: string): string {
	const value = row[column];
	if (typeof value !== 'string') throw new Error(`column ${column} is not text`);
	return value;
}

export function nullableText(row: Row, column: string): string | null {
	return row[column] === null ? null : textOf(row, column);
}

/** bigint columns come as number, bigint or text, as the driver likes. */
export function integerOf(row: Row, column: string): number {
	const value = Number(row[column]);
	if (row[column] === null || !Number.isSafeInteger(value))
		throw new Error(`column ${column} is not an integer`);
	return value;
}

export function jsonOf(row: Row, column: string): unknown {
	return JSON.parse(textOf(row, column));
}
