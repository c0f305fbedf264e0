// Prepared sessions on the coordinator's database: a row each until they are asked or dropped.

import { type Database, type Migration, rowsOf, type Tx } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { PreparedStore } from '../ports.ts';
import type { Outgoing, PreparedSession } from '../session.ts';
import { integerOf, jsonOf } from './columns.ts';
import { changeAndPost, isOneStatement, post } from './post-outgoing.ts';

export const preparedMigration: Migration = {
	id: '0002-prepared-sessions',
	statements: [
		// record: adverts, sealed shares and no question. version: optimistic lock. Deleted when it is asked or dropped.
		`create table prepared_session (session text primary key, since_ms bigint not null, record text not null,
			version integer not null)`,
	],
};

export function sqlPreparedStore(database: Database): PreparedStore {
	const shortest = (outgoing: readonly Outgoing[]) =>
		isOneStatement(outgoing) ? database.read : database.transaction;
	return {
		find: async (session) => {
			const select = sql`select * from prepared_session where session = ${session}`;
			const [row] = await database.read(async (tx) => rowsOf(await tx.execute(select)));
			return row === undefined ? null : preparedOf(row);
		},
		all: async () => {
			const select = sql`select * from prepared_session order by since_ms, session`;
			return (await database.read(async (tx) => rowsOf(await tx.execute(select)))).map(preparedOf);
		},
		open: (prepared, outgoing) => shortest(outgoing)((tx) => open(tx, prepared, outgoing)),
		change: (prepared, outgoing) => shortest(outgoing)((tx) => change(tx, prepared, outgoing)),
		take: async ({ session, version }) => {
			const take = sql`delete from prepared_session
				where session = ${session} and version = ${version} returning session`;
			return (await database.read(async (tx) => rowsOf(await tx.execute(take)))).length > 0;
		},
		drop: (session, outgoing) => database.transaction((tx) => drop(tx, session, outgoing)),
	};
}

async function open(tx: Tx, prepared: PreparedSession, outgoing: readonly Outgoing[]): Promise<void> {
	const { session, sinceMs, version, ...record } = prepared;
	const opened = sql`changed as (insert into prepared_session (session, since_ms, record, version)
		values (${session}, ${sinceMs}, ${JSON.stringify(record)}, ${version}) returning session)`;
	await changeAndPost(tx, opened, { session, outgoing });
}

async function change(tx: Tx, prepared: PreparedSession, outgoing: readonly Outgoing[]): Promise<boolean> {
	const { session, sinceMs: _sinceMs, version, ...record } = prepared;
	const changed = sql`changed as (update prepared_session
		set record = ${JSON.stringify(record)}, version = ${version + 1}
		where session = ${session} and version = ${version} returning session)`;
	return (await changeAndPost(tx, changed, { session, outgoing })) !== null;
}

/** Not in one statement: it would leave there what was posted while it waited for the row. */
async function drop(tx: Tx, session: string, outgoing: readonly Outgoing[]): Promise<void> {
	const dropped = await tx.execute(
		sql`delete from prepared_session where session = ${session} returning session`,
	);
	if (rowsOf(dropped).length === 0) return;
	await tx.execute(sql`delete from outgoing where session = ${session}`);
	await post(tx, session, outgoing);
}

function preparedOf(row: Record<string, unknown>): PreparedSession {
	const rest = jsonOf(row, 'record') as Omit<PreparedSession, 'session' | 'sinceMs' | 'version'>;
	return {
		...rest,
		session: String(row['session']),
		sinceMs: integerOf(row, 'since_ms'),
		version: integerOf(row, 'version'),
	};
}
