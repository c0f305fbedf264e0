// Keeps the sessions a node takes part in, so that a killed node resends what it had decided and decides nothing twice.

import { type Database, type Migration, rowsOf, type ToCoordinator } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { OutgoingMessage, SessionChange, SessionRecord, SessionStore } from '../../ports.ts';

export const sessionMigration: Migration = {
	id: '0003-sessions',
	statements: [
		// record: the state machine's state, holding its secrets until the session ends; changes with each round.
		`create table session (
			session text primary key,
			request_id text not null,
			ended boolean not null,
			record jsonb not null)`,
		// Which session used up a researcher's request id; never changed.
		'create table claimed_request (request_id text primary key, session text not null)',
		// One message to the coordinator, never changed; sent flips once, when the coordinator has confirmed it.
		`create table outgoing (
			position bigint generated always as identity primary key,
			id text not null unique,
			session text not null,
			message jsonb not null,
			sent boolean not null default false)`,
		'create index outgoing_unsent on outgoing (position) where not sent',
		// A single row: the last message of the coordinator that has been dealt with, and whether answering is paused.
		`create table node_state (
			only_row boolean primary key default true check (only_row),
			cursor bigint not null default 0,
			paused boolean not null default false)`,
		'insert into node_state default values',
	],
};

export function createSessionStore(database: Database): SessionStore {
	return {
		find: (session) => findSession(database, session),
		claimRequest: (requestId, session) => claimRequest(database, requestId, session),
		openSessions: () => openSessions(database),
		save: (change) => save(database, change),
		unsent: () => unsent(database),
		markSent: (id) => markSent(database, id),
		cursor: async () => Number((await nodeState(database))['cursor']),
		isPaused: async () => (await nodeState(database))['paused'] === true,
		setPaused: (paused) => setPaused(database, paused),
	};
}

async function findSession(database: Database, session: string): Promise<SessionRecord | null> {
	const query = sql`select record from session where session = ${session}`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return (rows[0]?.['record'] as SessionRecord | undefined) ?? null;
}

async function claimRequest(database: Database, requestId: string, session: string): Promise<boolean> {
	return database.exclusive('cordon-request', async (tx) => {
		await tx.execute(sql`insert into claimed_request (request_id, session) values (${requestId}, ${session})
			on conflict (request_id) do nothing`);
		const holder = sql`select session from claimed_request where request_id = ${requestId}`;
		return rowsOf(await tx.execute(holder))[0]?.['session'] === session;
	});
}

async function openSessions(database: Database): Promise<readonly SessionRecord[]> {
	const query = sql`select record from session where not ended`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return rows.map((row) => row['record'] as SessionRecord);
}

/** One transaction: the new state, what must be said because of it, and how far the coordinator was listened to. */
async function save(database: Database, change: SessionChange): Promise<void> {
	await database.transaction(async (tx) => {
		if (change.record !== null) {
			const { session, requestId, ended } = change.record;
			const record = JSON.stringify(change.record);
			await tx.execute(sql`insert into session (session, request_id, ended, record)
				values (${session}, ${requestId}, ${ended}, ${record}::text::jsonb)
				on conflict (session) do update set ended = excluded.ended, record = excluded.record`);
		}
		for (const { id, message } of change.outgoing) {
			await tx.execute(sql`insert into outgoing (id, session, message)
				values (${id}, ${message.session}, ${JSON.stringify(message)}::text::jsonb) on conflict (id) do nothing`);
		}
		if (change.cursor !== null) {
			await tx.execute(sql`update node_state set cursor = greatest(cursor, ${change.cursor})`);
		}
	});
}

async function unsent(database: Database): Promise<readonly OutgoingMessage[]> {
	const query = sql`select id, message from outgoing where not sent order by position`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return rows.map((row) => ({ id: String(row['id']), message: row['message'] as ToCoordinator }));
}

async function markSent(database: Database, id: string): Promise<void> {
	await database.transaction(async (tx) => {
		await tx.execute(sql`update outgoing set sent = true where id = ${id}`);
	});
}

async function nodeState(database: Database): Promise<Record<string, unknown>> {
	const rows = await database.read(async (tx) =>
		rowsOf(await tx.execute(sql`select cursor, paused from node_state`)),
	);
	const row = rows[0];
	if (row === undefined) throw new Error('node_state has lost its row');
	return row;
}

async function setPaused(database: Database, paused: boolean): Promise<void> {
	await database.transaction(async (tx) => {
		await tx.execute(sql`update node_state set paused = ${paused}`);
	});
}
