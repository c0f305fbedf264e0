// Promises of hospitals that a session is never opened, on the coordinator's database: a row each.

import { type AbandonPromise, type Database, type Migration, rowsOf, type Tx } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { Abandonments } from '../ports.ts';
import { textOf } from './columns.ts';
import { post } from './post-outgoing.ts';

export const abandonmentMigration: Migration = {
	id: '0006-abandonments',
	statements: [
		// signature: base64url. needed: how many make a certificate. noted_ms: milliseconds since 1970. certified flips
		// once, when the hospitals are told.
		`create table abandonment (session text not null references session (session), hospital text not null,
			signature text not null, needed integer not null, noted_ms bigint not null,
			certified boolean not null default false, primary key (session, hospital))`,
		'create index abandonment_uncertified on abandonment (session) where not certified',
	],
};

export function sqlAbandonments(database: Database): Abandonments {
	return {
		note: (promise, terms) => database.transaction((tx) => note(tx, promise, terms)),
		uncertified: async () => {
			const select = sql`select session, hospital, signature from abandonment where session in
				(select abandonment.session from abandonment
					join session on session.session = abandonment.session and session.merge is null
					where not certified group by abandonment.session having count(*) >= max(needed))`;
			const rows = await database.read(async (tx) => rowsOf(await tx.execute(select)));
			const bySession = Map.groupBy(rows, (row) => textOf(row, 'session'));
			// Not in the database's order, which is that of its language.
			return [...bySession]
				.map(([session, of]) => ({ session, promises: of.map(promiseOf).toSorted(byHospital) }))
				.toSorted((a, b) => (a.session < b.session ? -1 : 1));
		},
		certify: (session, outgoing) =>
			database.transaction(async (tx) => {
				const flip = sql`update abandonment set certified = true
					where session = ${session} and not certified returning session`;
				if (rowsOf(await tx.execute(flip)).length === 0) return false;
				await post(tx, session, outgoing);
				return true;
			}),
	};
}

async function note(
	tx: Tx,
	{ session, hospital, signature }: Parameters<Abandonments['note']>[0],
	{ needed, nowMs, sinceMs }: Parameters<Abandonments['note']>[1],
): Promise<void> {
	await tx.execute(sql`delete from abandonment where not certified and noted_ms < ${sinceMs}`);
	// What comes after the certificate adds nothing to it.
	await tx.execute(sql`insert into abandonment (session, hospital, signature, needed, noted_ms, certified)
		values (${session}, ${hospital}, ${signature}, ${needed}::integer, ${nowMs},
			exists (select from abandonment where session = ${session} and certified))
		on conflict (session, hospital) do nothing`);
}

function byHospital(a: AbandonPromise, b: AbandonPromise): number {
	return a.hospital < b.hospital ? -1 : 1;
}

function promiseOf(row: Record<string, unknown>): AbandonPromise {
	return { hospital: textOf(row, 'hospital'), signature: textOf(row, 'signature') };
}
