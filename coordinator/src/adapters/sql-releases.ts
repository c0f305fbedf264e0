// The release store on the coordinator's database: one query a key computes, and its answer is everybody's from then on.

import { rowsOf, type Tx, type Wire } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { HeldRelease } from '../ports.ts';
import type { SessionRecord } from '../session.ts';
import { jsonOf, nullableText, textOf } from './columns.ts';

/** false: another query holds the key. */
export async function takeRelease(tx: Tx, key: string, query: string): Promise<boolean> {
	const taken = await tx.execute(sql`insert into release (key, query) values (${key}, ${query})
		on conflict (key) do nothing returning key`);
	return rowsOf(taken).length > 0;
}

export async function heldRelease(tx: Tx, key: string): Promise<HeldRelease | null> {
	const [row] = rowsOf(
		await tx.execute(sql`select query.id, query.session, query.person, release.answer from release
			join query on query.id = release.query where release.key = ${key}`),
	);
	if (row === undefined) return null;
	return {
		query: textOf(row, 'id'),
		session: textOf(row, 'session'),
		person: textOf(row, 'person'),
		answer: nullableText(row, 'answer') === null ? null : (jsonOf(row, 'answer') as Wire),
	};
}

/**
 * In one transaction, so that of several waiting queries and coordinators one takes over. null: nobody holds it, and the
 * query has ended meanwhile, perhaps by another coordinator: held by that one it would be everybody's, and never come.
 */
export async function claimRelease(tx: Tx, key: string, query: string): Promise<HeldRelease | null> {
	// Locked, so that whoever ends the session waits, and then gives up what is taken here.
	const running = await tx.execute(
		sql`select 1 from session where query = ${query} and merge is not null for update`,
	);
	if (rowsOf(running).length > 0) await takeRelease(tx, key, query);
	return heldRelease(tx, key);
}

/**
 * With the answer of its query: a statement that ends in a condition, to be part of the one that stores it. A query that
 * waited for another's release holds none, and nothing is changed.
 */
export function settleRelease({ query, step, answer }: SettledRelease): SQL {
	return step === 'released'
		? sql`update release set answer = ${JSON.stringify(answer)} where query = ${query} and answer is null`
		: sql`delete from release where query = ${query} and answer is null`;
}

interface SettledRelease extends Pick<SessionRecord, 'query' | 'step'> {
	readonly answer: Wire;
}
