// Keeps the sessions a node takes part in, so that a killed node resends what it had decided and decides nothing twice.

import {
	arrayParameter,
	type Database,
	type Migration,
	rowsOf,
	type ToCoordinator,
	type Tx,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { SessionStore } from '../../ports.ts';
import type { OutgoingMessage, PreparedRecord, SessionChange, SessionRecord } from '../../session.ts';
import { keepingInput, keptInput } from './kept-inputs.ts';

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

export function createSessionStore(database: Database): SessionStore {
	// This process is the only one that writes here, so what it knows of the mail it need not ask again.
	const mail = createMail(database);
	return {
		find: (session) => findSession(database, session),
		claimRequest: (requestId, session) => claimRequest(database, requestId, session),
		openSessions: () => openSessions(database),
		preparedSession: async (session) =>
			(await prepared(database, sql`where session = ${session}`))[0] ?? null,
		preparedSessions: () => prepared(database, sql``),
		keptInput: (session) => keptInput(database, session),
		save: (change) => mail.whileSaving(change, (said) => save(database, change, said)),
		unsent: mail.unsent,
		markSent: async (id) => mail.noteSaid(id),
		cursor: () => database.read(cursorIn),
		isPaused: async () => (await database.read(nodeState))['paused'] === true,
		setPaused: (paused) => setPaused(database, paused),
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

async function prepared(database: Database, which: SQL): Promise<readonly PreparedRecord[]> {
	const query = sql`select record from prepared_session ${which}`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return rows.map((row) => row['record'] as PreparedRecord);
}

interface Mail {
	readonly unsent: () => Promise<readonly OutgoingMessage[]>;
	readonly noteSaid: (id: string) => void;
	/**
	 * `save` writes down which messages were said, where it fails they are written with the next; and resolves with the
	 * ids of those that are now to be said.
	 */
	readonly whileSaving: (
		change: SessionChange,
		save: (said: readonly string[]) => Promise<readonly string[]>,
	) => Promise<void>;
}

function createMail(database: Database): Mail {
	let known: readonly OutgoingMessage[] | null = null;
	// After a save that nobody knows the outcome of, a message may come to stand there at any time.
	let isCertain = true;
	let saves = 0;
	const said = new Set<string>();
	return {
		unsent: async () => {
			const before = saves;
			const all = known ?? (await unsent(database));
			const left = all.filter(({ id }) => !said.has(id));
			known = isCertain && saves === before ? left : null;
			return left;
		},
		noteSaid: (id) => {
			said.add(id);
			known = known?.filter((message) => message.id !== id) ?? null;
		},
		whileSaving: async ({ outgoing }, save) => {
			const noted = [...said];
			const before = known;
			const forget = (): number => {
				if (outgoing.length === 0) return saves;
				known = null;
				saves += 1;
				return saves;
			};
			const begun = forget();
			let queued: readonly string[] = [];
			try {
				queued = await save(noted);
			} catch (error) {
				isCertain = false;
				forget();
				throw error;
			}
			const isAlone = saves === begun;
			forget();
			if (outgoing.length > 0 && isCertain && isAlone && before !== null) {
				const added = outgoing.filter(({ id }) => queued.includes(id));
				known = [...before.filter(({ id }) => !said.has(id)), ...added];
			}
			for (const id of noted) said.delete(id);
		},
	};
}

/**
 * The new state, what must be said because of it, how far the coordinator was listened to, and what was said since
 * the last time: one statement, and so one commit that each round waits for. Resolves with the ids of the messages
 * that it added.
 */
async function save(
	database: Database,
	change: SessionChange,
	said: readonly string[],
): Promise<readonly string[]> {
	const { record, outgoing, cursor } = change;
	const changes: SQL[] = [...preparedChanges(change), ...keepingInput(change)];
	if (record !== null) {
		const { session, requestId, ended } = record;
		changes.push(sql`recorded as (insert into session (session, request_id, ended, record)
			values (${session}, ${requestId}, ${ended}, ${JSON.stringify(record)}::text::jsonb)
			on conflict (session) do update set ended = excluded.ended, record = excluded.record)`);
	}
	if (outgoing.length > 0) {
		const messages = outgoing.map(
			({ id, message }) => sql`(${id}, ${message.session}, ${JSON.stringify(message)}::text::jsonb)`,
		);
		changes.push(sql`queued as (insert into outgoing (id, session, message)
			values ${sql.join(messages, sql`, `)} on conflict (id) do nothing returning id)`);
	}
	if (cursor !== null) {
		changes.push(sql`heard as (update node_state set cursor = greatest(cursor, ${cursor}::bigint))`);
	}
	if (said.length > 0) {
		changes.push(
			sql`noted as (update outgoing set sent = true where id = any(${arrayParameter('text', said)}))`,
		);
	}
	if (changes.length === 0) return [];
	const queued = outgoing.length > 0 ? sql`select id from queued` : sql`select 1`;
	const rows = await database.read(async (tx) =>
		rowsOf(await tx.execute(sql`with ${sql.join(changes, sql`, `)} ${queued}`)),
	);
	return outgoing.length > 0 ? rows.map(({ id }) => String(id)) : [];
}

/** Each in the statement that changes all the rest. */
function preparedChanges({ prepared: kept, dropped }: SessionChange): SQL[] {
	const changes: SQL[] = [];
	if (kept !== undefined) {
		changes.push(sql`kept as (insert into prepared_session (session, record)
			values (${kept.session}, ${JSON.stringify(kept)}::text::jsonb)
			on conflict (session) do update set record = excluded.record)`);
	}
	if (dropped !== undefined && dropped.length > 0) {
		changes.push(
			sql`dropped as (delete from prepared_session where session = any(${arrayParameter('text', dropped)}))`,
		);
	}
	return changes;
}

async function unsent(database: Database): Promise<readonly OutgoingMessage[]> {
	const query = sql`select id, message from outgoing where not sent order by position`;
	const rows = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	return rows.map((row) => ({ id: String(row['id']), message: row['message'] as ToCoordinator }));
}

export async function cursorIn(tx: Tx): Promise<number> {
	return Number((await nodeState(tx))['cursor']);
}

async function nodeState(tx: Tx): Promise<Record<string, unknown>> {
	const [row] = rowsOf(await tx.execute(sql`select cursor, paused from node_state`));
	if (row === undefined) throw new Error('node_state has lost its row');
	return row;
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
