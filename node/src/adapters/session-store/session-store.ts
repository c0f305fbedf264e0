// Keeps the sessions a node takes part in, so that a killed node resends what it had decided and decides nothing twice.

import { type Database, type Migration, rowsOf, type Tx } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { SessionStore, Standing } from '../../ports.ts';
import type { PreparedRecord, SessionChange, SessionRecord } from '../../session.ts';
import { keptInput } from './kept-inputs.ts';
import { createMail } from './outgoing-mail.ts';
import { type Saved, saveChange } from './save-change.ts';
import {
	type Progress,
	progressIn,
	type Stood,
	stoodColumns,
	stoodOf,
	stoodQuery,
} from './store-progress.ts';

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
		// One message to the coordinator, never changed; sent flips once, after the coordinator has confirmed it.
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

export const changesMigration: Migration = {
	id: '0005-changes',
	// How often answering was paused or resumed: only ever more, so that an older copy of the database shows.
	statements: ['alter table node_state add column changes bigint not null default 0'],
};

export const preparedMigration: Migration = {
	id: '0006-prepared-sessions',
	// record: the state machine's state with its secrets; deleted when the session is asked, given up or too old.
	statements: ['create table prepared_session (session text primary key, record jsonb not null)'],
};

/** What a session store tells besides, for whoever watches that it does not go back. */
export interface StoredSessions extends SessionStore {
	readonly standing: (session: string) => Promise<Standing & { readonly stood: Stood }>;
	/**
	 * Resolves with how the store stands after it, and whether it was kept.
	 * Errors  throws `StateRolledBack`, and has changed nothing, where the store is older than `least`.
	 */
	readonly saveUnlessOlder: (change: SessionChange, least: Progress) => Promise<Omit<Saved, 'queued'>>;
}

const anyProgress: Progress = { size: 0, cursor: 0, changes: 0 };

export function createSessionStore(database: Database): StoredSessions {
	// This process is the only one that writes here, so what it knows of the mail it need not ask again.
	const mail = createMail(database);
	const saveUnlessOlder: StoredSessions['saveUnlessOlder'] = async (change, least) => {
		let saved: Saved | null = null;
		await mail.whileSaving(change, async (said) => {
			saved = await saveChange(database, { change, said, least });
			return saved.queued;
		});
		if (saved === null) throw new Error('a change was not saved');
		return saved;
	};
	return {
		standing: (session) => standing(database, session),
		resume: (session) => standing(database, session),
		find: (session) => findSession(database, session),
		claimRequest: (requestId, session) => claimRequest(database, requestId, session),
		openSessions: () => openSessions(database),
		preparedSessions: () => prepared(database),
		keptInput: (session) => keptInput(database, session),
		save: async (change) => void (await saveUnlessOlder(change, anyProgress)),
		saveUnlessOlder,
		unsent: mail.unsent,
		markSent: async (id) => mail.noteSaid(id),
		cursor: async () => (await database.read(progressIn)).cursor,
		isPaused: async () => isPausedIn(await firstOf(database, sql`select paused from node_state`)),
		setPaused: (paused) => setPaused(database, paused),
	};
}

async function firstOf(database: Database, query: SQL): Promise<Record<string, unknown>> {
	const [row] = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	if (row === undefined) throw new Error('node_state has lost its row');
	return row;
}

function isPausedIn(row: Record<string, unknown>): boolean {
	// Whatever else it were, it would not be leave to answer.
	return row['paused'] !== false;
}

async function standing(database: Database, session: string): Promise<Standing & { readonly stood: Stood }> {
	const row = await firstOf(
		database,
		sql`select ${stoodColumns}, stood.paused as paused,
			(select record from session where session = ${session}) as record,
			(select record from prepared_session where session = ${session}) as prepared
			from (${stoodQuery}) as stood`,
	);
	return {
		stood: stoodOf(row),
		paused: isPausedIn(row),
		record: row['record'] as SessionRecord | null,
		prepared: row['prepared'] as PreparedRecord | null,
	};
}

async function findSession(database: Database, session: string): Promise<SessionRecord | null> {
	const query = sql`select record from session where session = ${session}`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return (rows[0]?.['record'] as SessionRecord | undefined) ?? null;
}

async function claimRequest(database: Database, requestId: string, session: string): Promise<boolean> {
	// Setting what it is already returns the row that was there, and waits for whoever is just writing it.
	const claim = sql`insert into claimed_request (request_id, session) values (${requestId}, ${session})
		on conflict (request_id) do update set session = claimed_request.session returning session`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(claim)));
	return rows[0]?.['session'] === session;
}

async function openSessions(database: Database): Promise<readonly SessionRecord[]> {
	const query = sql`select record from session where not ended`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return rows.map((row) => row['record'] as SessionRecord);
}

async function prepared(database: Database): Promise<readonly PreparedRecord[]> {
	const query = sql`select record from prepared_session`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return rows.map((row) => row['record'] as PreparedRecord);
}

async function setPaused(database: Database, paused: boolean): Promise<void> {
	await database.transaction(async (tx) => {
		await tx.execute(sql`update node_state set paused = ${paused}, changes = changes + 1`);
	});
}

/**
 * For a store that came from a backup: what is open there may have ended otherwise since, so it ends, with its
 * secrets; what is unsaid may have been said. The node listens from `cursor` on, once its operator resumes it.
 */
export async function voidSessions(tx: Tx, cursor: number): Promise<void> {
	await tx.execute(sql`update session set ended = true,
		record = record || '{"ended":true,"member":null}'::jsonb where not ended`);
	await tx.execute(sql`delete from prepared_session`);
	await tx.execute(sql`update outgoing set sent = true where not sent`);
	await tx.execute(sql`update node_state set cursor = greatest(cursor, ${cursor}), paused = true`);
}
