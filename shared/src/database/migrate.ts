// Brings a database to the newest schema: numbered, forward only, and refused where an applied step was edited.

import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database, Tx } from './database.ts';
import { rowsOf } from './database.ts';

/** One step, never changed once merged. Each statement stands alone: no semicolon-joined scripts. */
export interface Migration {
	/** For example `0001-facts`; steps run in the order of the list. */
	readonly id: string;
	readonly statements: readonly string[];
}

/**
 * Errors  throws where the database has a step this program does not know, or one whose text has changed:
 *         running on would read a schema that is not the one this code was written for.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
	await database.exclusive('cordon-migrate', async (tx) => {
		await tx.execute(sql`create table if not exists cordon_migration (
			position integer primary key, id text not null, digest text not null)`);
		const applied = rowsOf(await tx.execute(sql`select id, digest from cordon_migration order by position`));
		for (const [position, row] of applied.entries()) verifyApplied(row, migrations[position]);
		for (const [position, migration] of migrations.entries()) {
			if (position >= applied.length) await apply(tx, position, migration);
		}
	});
}

function verifyApplied(row: Record<string, unknown>, migration: Migration | undefined): void {
	if (migration === undefined)
		throw new Error(`database is newer than this program: step ${String(row['id'])}`);
	if (row['id'] !== migration.id || row['digest'] !== digestOf(migration)) {
		throw new Error(`migration ${migration.id} was changed after it had been applied`);
	}
}

async function apply(tx: Tx, position: number, migration: Migration): Promise<void> {
	for (const statement of migration.statements) await tx.execute(sql.raw(statement));
	await tx.execute(
		sql`insert into cordon_migration values (${position}, ${migration.id}, ${digestOf(migration)})`,
	);
}

export function digestOf(migration: Migration): string {
	return createHash('sha256').update(JSON.stringify(migration.statements)).digest('hex');
}
