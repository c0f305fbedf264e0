// Queries, sessions and mailboxes on the coordinator's database. Each function is one transaction, or one statement.

import {
	arrayParameter,
	type Database,
	type Question,
	rowsOf,
	type ToNode,
	type Tx,
	type Wire,
} from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { Opened, Posted, SessionChange, SessionStore, TakenMessage, WaitingMessage } from '../ports.ts';
import type { MergeState, Outgoing, QueryRecord, SessionRecord } from '../session.ts';
import { integerOf, jsonOf, nullableText, textOf } from './columns.ts';
import { changeAndPost, isOneStatement, post } from './post-outgoing.ts';
import { claimRelease, heldRelease, settleRelease, takeRelease } from './sql-releases.ts';

export function sqlSessionStore(database: Database): SessionStore {
	const first = (query: SQL) => database.read(async (tx) => rowsOf(await tx.execute(query))[0] ?? null);
	return {
		open: (query, record, outgoing, release) =>
			database.transaction((tx) => open(tx, { query, record, outgoing, release })),
		heldRelease: (key) => database.read((tx) => heldRelease(tx, key)),
		claimRelease: (key, query) => database.transaction((tx) => claimRelease(tx, key, query)),
		session: async (session) => sessionOf(await first(sql`select * from session where session = ${session}`)),
		running: async () => {
			const select = sql`select * from session where merge is not null order by session`;
			const rows = await database.read(async (tx) => rowsOf(await tx.execute(select)));
			return rows.flatMap((row) => sessionOf(row) ?? []);
		},
		query: async (id) => queryOf(await first(sql`select * from query where id = ${id}`)),
		queryOfRequest: async (digest) =>
			queryOf(await first(sql`select * from query where request_digest = ${digest}`)),
		sessionOf: async (session) => {
			const row = await first(sql`select session.*, (select coalesce(
					json_agg(json_build_object('hospital', hospital, 'step', step, 'digest', digest))::text, '[]')
					from taken where taken.session = session.session) as taken
				from session where session = ${session}`);
			const record = sessionOf(row);
			if (row === null || record === null) return null;
			return { record, taken: jsonOf(row, 'taken') as readonly TakenMessage[] };
		},
		change: (change) =>
			isOneStatement(change.outgoing) && change.answer === null
				? database.read((tx) => applyChange(tx, change))
				: database.transaction((tx) => applyChange(tx, change)),
		waiting: (hospital, after) => database.read((tx) => waiting(tx, hospital, after)),
	};
}

interface Opening {
	readonly query: QueryRecord;
	readonly record: SessionRecord;
	readonly outgoing: readonly Outgoing[];
	readonly release: string | null;
}

async function open(tx: Tx, { query, record, outgoing, release }: Opening): Promise<Opened> {
	const { id } = query;
	const inserted = await tx.execute(sql`insert into query
		(id, person, request_digest, request_hash, query_hash, manifest, question, session)
		values (${id}, ${query.person}, ${query.requestDigest}, ${query.requestHash}, ${query.queryHash},
			${query.manifest}, ${JSON.stringify(query.question)}, ${query.session})
		on conflict (request_digest) do nothing returning id`);
	if (rowsOf(inserted).length === 0) {
		const known = await tx.execute(sql`select id from query where request_digest = ${query.requestDigest}`);
		return { outcome: 'known', id: textOf(rowsOf(known)[0] ?? {}, 'id') };
	}
	if (release !== null && !(await takeRelease(tx, release, id))) {
		await tx.execute(sql`delete from query where id = ${id}`);
		return { outcome: 'held', id };
	}
	const { merge, version, ...rest } = record;
	await tx.execute(sql`insert into session (session, query, record, merge, version)
		values (${record.session}, ${id}, ${JSON.stringify(rest)}, ${JSON.stringify(merge)}, ${version})`);
	await post(tx, record.session, outgoing);
	return { outcome: 'opened', id };
}

/**
 * With an answer in a transaction, which is serializable: the release that it settles may have been claimed for this
 * query a moment before, and a statement by itself might not see that.
 */
function applyChange(tx: Tx, change: SessionChange): Promise<readonly Posted[] | null> {
	const { record, taken, outgoing, answer } = change;
	const { merge, version, ...rest } = record;
	const { session } = record;
	const changed = sql`changed as (update session set record = ${JSON.stringify(rest)},
		merge = ${merge === null ? null : JSON.stringify(merge)}, version = ${version + 1}
		where session = ${session} and version = ${version} and merge is not null returning session)`;
	const noted = taken.length === 0 ? sql`` : notedOf(taken);
	const ended = answer === null ? sql`` : endedBy(record, answer);
	return changeAndPost(tx, sql`${changed}${noted}${ended}`, { session, outgoing });
}

function notedOf(taken: readonly TakenMessage[]): SQL {
	const column = (name: keyof TakenMessage): SQL =>
		arrayParameter(
			'text',
			taken.map((one) => one[name]),
		);
	return sql`, noted as (insert into taken (session, hospital, step, digest)
		select changed.session, said.hospital, said.step, said.digest from changed cross join
			unnest(${column('hospital')}, ${column('step')}, ${column('digest')}) as said (hospital, step, digest))`;
}

/** What is posted in the same statement is none of the undelivered messages that go. */
function endedBy({ session, query, step }: SessionRecord, answer: Wire): SQL {
	return sql`, answered as (update query set answer = ${JSON.stringify(answer)}
			where id = ${query} and exists (select from changed)),
		cleared as (delete from outgoing where session = ${session} and exists (select from changed)),
		settled as (${settleRelease({ query, step, answer })} and exists (select from changed))`;
}

/** A hospital has heard more than was ever sent from this database: it is an older one than the coordinator had. */
export class MailboxRolledBack extends Error {
	constructor() {
		super('a hospital has heard messages that this database has not sent: it was put back from a copy');
		this.name = 'MailboxRolledBack';
	}
}

/**
 * What the hospital has heard goes, and the rest is handed out: in one statement, because it waits for it at each
 * turn. A row that the end of its session is just deleting is left to that.
 * Errors  throws `MailboxRolledBack`, and deletes nothing: under numbers used before, new mail looks heard.
 */
async function waiting(tx: Tx, hospital: string, after: number): Promise<readonly WaitingMessage[]> {
	const rows = rowsOf(
		await tx.execute(sql`with box as
				(select coalesce(max(last_seq), 0) as last_seq from mailbox where hospital = ${hospital}),
			heard as (delete from outgoing where (hospital, seq) in
				(select hospital, seq from outgoing where hospital = ${hospital} and seq <= ${after}
					and (select last_seq from box) >= ${after} for update skip locked))
			select box.last_seq, outgoing.seq, outgoing.message from box left join outgoing
				on outgoing.hospital = ${hospital} and outgoing.seq > ${after}
			order by outgoing.seq limit 100`),
	);
	if (rows[0] === undefined || integerOf(rows[0], 'last_seq') < after) throw new MailboxRolledBack();
	return rows
		.filter((row) => row['seq'] !== null)
		.map((row) => ({ seq: integerOf(row, 'seq'), message: jsonOf(row, 'message') as ToNode }));
}

function sessionOf(row: Record<string, unknown> | null): SessionRecord | null {
	if (row === null) return null;
	const rest = jsonOf(row, 'record') as Omit<SessionRecord, 'merge' | 'version'>;
	const merge = nullableText(row, 'merge') === null ? null : (jsonOf(row, 'merge') as MergeState);
	return { ...rest, merge, version: integerOf(row, 'version') };
}

function queryOf(row: Record<string, unknown> | null): QueryRecord | null {
	if (row === null) return null;
	return {
		id: textOf(row, 'id'),
		person: textOf(row, 'person'),
		requestDigest: textOf(row, 'request_digest'),
		requestHash: textOf(row, 'request_hash'),
		queryHash: textOf(row, 'query_hash'),
		manifest: textOf(row, 'manifest'),
		question: jsonOf(row, 'question') as Question,
		session: textOf(row, 'session'),
		answer: nullableText(row, 'answer') === null ? null : (jsonOf(row, 'answer') as Wire),
	};
}
