// Says how a database's schema stands to this program's, for an operator who wants to know before a start; reads only.

import { sql } from 'drizzle-orm';
import { type Database, rowsOf } from './database.ts';
import { digestOf, type Migration } from './migrate.ts';

/** `foreign`: a step this program does not know, or one whose text differs. */
export type MigrationState = 'none' | 'behind' | 'current' | 'foreign';

export async function migrationState(
	database: Database,
	migrations: readonly Migration[],
): Promise<MigrationState> {
	const applied = await database.read(async (tx) => {
		const [table] = rowsOf(
			await tx.execute(sql`select to_regclass('cordon_migration') is not null as there`),
		);
		if (table?.['there'] !== true) return null;
		return rowsOf(await tx.execute(sql`select id, digest from cordon_migration order by position`));
	});
	if (applied === null || applied.length === 0) return 'none';
	const isOurs = applied.every(({ id, digest }, position) => {
		const step = migrations[position];
		return step !== undefined && step.id === id && digestOf(step) === digest;
	});
	if (!isOurs) return 'foreign';
	return applied.length === migrations.length ? 'current' : 'behind';
}
