// Promises of hospitals that a session is never opened, on the coordinator's database: a row each.

import { type AbandonPromise, type Database, type Migration, rowsOf } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { Abandonments } from '../ports.ts';
import { textOf } from './columns.ts';
import { post } from './sql-session-store.ts';

export const abandonmentMigration: Migration = {
	id: '0006-abandonments',
	statements: [
		// signature: base64url. noted_ms: milliseconds since 1970. certified flips once, when the hospitals are told.
		`create table abandonment (session text not null references session (session), hospital text not null,
			signature text not null, noted_ms bigint not null, certified boolean not null default false,
			primary key (session, hospital))`,
		'create index abandonment_uncertified on abandonment (noted_ms) where not certified',
	],
};

export function sqlAbandonments(database: Database): Abandonments {
	return {
		note: async ({ session, hospital, signature }, nowMs) => {
			// What comes after the certificate adds nothing to it.
			const insert = sql`insert into abandonment (session, hospital, signature, noted_ms, certified)
				values (${session}, ${hospital}, ${signature}, ${nowMs},
					exists (select from abandonment where session = ${session} and certified))
				on conflict (session, hospital) do nothing`;
			await database.read((tx) => tx.execute(insert));
		},
		uncertified: async (sinceMs) => {
			const select = sql`select abandonment.session, hospital, signature from abandonment
				join session on session.session = abandonment.session and session.merge is null
				where not certified and noted_ms >= ${sinceMs} order by abandonment.session, hospital`;
			const rows = await database.read(async (tx) => rowsOf(await tx.execute(select)));
			const bySession = Map.groupBy(rows, (row) => textOf(row, 'session'));
			return [...bySession].map(([session, of]) => ({ session, promises: of.map(promiseOf) }));
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

function promiseOf(row: Record<string, unknown>): AbandonPromise {
	return { hospital: textOf(row, 'hospital'), signature: textOf(row, 'signature') };
}
