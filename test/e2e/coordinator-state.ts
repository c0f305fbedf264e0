// Everything that a coordinator that does not run has stored: each value of each row of each table, each log line, and
// the bytes of every file, those of rows that were deleted since included.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, rowsOf } from '@cordon/shared';
import type { NetworkState } from '../../cli/src/processes/network-state.ts';

export interface StoredValue {
	/** `table.column` or a file's path. */
	readonly place: string;
	readonly text: string;
}

export interface CoordinatorState {
	readonly tables: readonly string[];
	readonly values: readonly StoredValue[];
	readonly files: readonly { readonly place: string; readonly bytes: Buffer }[];
}

/** `extra` runs on the database first: what a test plants. */
export async function readCoordinatorState(
	state: NetworkState,
	extra: readonly string[] = [],
): Promise<CoordinatorState> {
	const directory = join(state.coordinatorFolder, 'state', 'database');
	const files = await readFiles(join(state.coordinatorFolder, 'state'));
	const database = await openDatabase({ kind: 'pglite', directory });
	try {
		for (const statement of extra) await database.read((tx) => tx.execute(statement));
		const listed = await database.read(async (tx) =>
			rowsOf(await tx.execute("select tablename from pg_tables where schemaname = 'public' order by 1")),
		);
		const tables = listed.map((row) => String(row['tablename']));
		const values: StoredValue[] = [];
		for (const table of tables) {
			const rows = await database.read(async (tx) => rowsOf(await tx.execute(`select * from "${table}"`)));
			for (const row of rows) {
				for (const [column, value] of Object.entries(row)) {
					values.push({ place: `${table}.${column}`, text: textOf(value) });
				}
			}
		}
		const logs = await readFiles(join(state.root, 'logs'));
		const lines = logs.map(({ place, bytes }) => ({ place, text: bytes.toString() }));
		return {
			tables,
			values: [...values, ...lines.filter(({ place }) => place.includes('coordinator'))],
			files,
		};
	} finally {
		await database.close();
	}
}

function textOf(value: unknown): string {
	if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
	return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

async function readFiles(folder: string): Promise<CoordinatorState['files']> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	return Promise.all(paths.map(async (place) => ({ place, bytes: await readFile(place) })));
}
