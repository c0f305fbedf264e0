// Commits what one message changed of a node's sessions: one statement, whole or not at all.

import { arrayParameter, type Database, rowsOf } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { SessionChange } from '../../session.ts';
import { keepingInput } from './kept-inputs.ts';
import {
	isOlder,
	type Progress,
	StateRolledBack,
	type Stood,
	stoodColumns,
	stoodOf,
	stoodQuery,
} from './store-progress.ts';

export interface Saving {
	readonly change: SessionChange;
	readonly said: readonly string[];
	readonly least: Progress;
}

export interface Saved {
	readonly stood: Stood;
	/** false: the coordinator's message had been dealt with before, or the session had gone on: no record, no mail. */
	readonly isKept: boolean;
	/** Ids of the messages that were added. */
	readonly queued: readonly string[];
}

/**
 * The new state, what must be said because of it, how far the coordinator was listened to, and what was said since
 * the last time: one statement, and so one commit that each round waits for. It looks where the store stands, and
 * where that is behind `least` changes nothing: `fit` is empty then. So it is where the coordinator's message has been
 * dealt with: of two saves for one message, the first of which nobody heard the outcome of, one is kept, whichever the
 * server comes to first. Two would be two answers under one mask.
 *
 * A session that has ended is not revived by a save that was thought lost, nor ended as one that has said less than it
 * has: a promise never to unmask and the unmasking would both be said. Then neither the record nor its mail is kept.
 */
export async function saveChange(database: Database, { change, said, least }: Saving): Promise<Saved> {
	const { outgoing, cursor } = change;
	const isRecent = sql`size >= ${least.size}::bigint
		and cursor >= ${least.cursor}::bigint and changes >= ${least.changes}::bigint`;
	const changes = [
		sql`stood as (${stoodQuery})`,
		...(cursor === null
			? [sql`fit as (select from stood where ${isRecent})`]
			: [
					sql`fit as (update node_state set cursor = ${cursor}::bigint
						where cursor < ${cursor}::bigint and exists (select from stood where ${isRecent}) returning 1)`,
				]),
		...recordChanges(change),
		...preparedChanges(change),
		...keepingInput(change),
		...mailChanges(change, said),
	];
	const kept = change.record === null ? sql`fit` : sql`recorded`;
	const queued = outgoing.length > 0 ? sql`(select json_agg(id) from queued)` : sql`null`;
	const query = sql`with ${sql.join(changes, sql`, `)} select ${stoodColumns}, ${queued} as queued,
		exists (select from ${kept}) as is_kept from stood`;
	const [row] = await database.read(async (tx) => rowsOf(await tx.execute(query)));
	const before = stoodOf(row);
	if (isOlder(before, least)) throw new StateRolledBack();
	return {
		stood: { ...before, cursor: Math.max(before.cursor, cursor ?? 0) },
		isKept: row?.['is_kept'] === true,
		queued: (row?.['queued'] as readonly string[] | null) ?? [],
	};
}

function recordChanges({ record }: SessionChange): SQL[] {
	if (record === null) return [];
	const { session, requestId, ended } = record;
	return [
		sql`recorded as (insert into session (session, request_id, ended, record)
			select ${session}, ${requestId}, ${ended}::boolean, ${JSON.stringify(record)}::text::jsonb from fit
			on conflict (session) do update set ended = excluded.ended, record = excluded.record
			where case when session.ended then excluded.ended and ${saysNoOther}
				else not excluded.ended or ${saysNoOther} or session.record ->> 'said' = 'nothing' end
			returning 1)`,
	];
}

/** Of a record from a backup it is not known what was said; it gives no promise. */
const saysNoOther = sql`(excluded.record ->> 'said' is null
	or excluded.record ->> 'said' is not distinct from session.record ->> 'said')`;

function mailChanges({ record, outgoing }: SessionChange, said: readonly string[]): SQL[] {
	const changes: SQL[] = [];
	const kept = record === null ? sql`fit` : sql`recorded`;
	if (outgoing.length > 0) {
		const messages = outgoing.map(
			({ id, message }, place) =>
				sql`(${place}::integer, ${id}::text, ${message.session}::text, ${JSON.stringify(message)}::text::jsonb)`,
		);
		changes.push(sql`queued as (insert into outgoing (id, session, message)
			select said.id, said.session, said.message from ${kept}, (values ${sql.join(messages, sql`, `)})
				as said (place, id, session, message) order by said.place
			on conflict (id) do nothing returning id)`);
	}
	if (said.length > 0)
		changes.push(sql`noted as (update outgoing set sent = true
			where id = any(${arrayParameter('text', said)}) and exists (select from fit))`);
	return changes;
}

/** Each in the statement that changes all the rest. */
function preparedChanges({ prepared: kept, dropped }: SessionChange): SQL[] {
	const changes: SQL[] = [];
	if (kept !== undefined) {
		changes.push(sql`kept as (insert into prepared_session (session, record)
			select ${kept.session}, ${JSON.stringify(kept)}::text::jsonb from fit
			on conflict (session) do update set record = excluded.record)`);
	}
	if (dropped !== undefined && dropped.length > 0) {
		changes.push(sql`dropped as (delete from prepared_session
			where session = any(${arrayParameter('text', dropped)}) and exists (select from fit))`);
	}
	return changes;
}
