// The contract of the coordinator's store of promises, on every database: one certificate a session, posted once.

import { type Database, migrate } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sqlAbandonments } from '../../coordinator/src/adapters/sql-abandonments.ts';
import { sqlSessionStore } from '../../coordinator/src/adapters/sql-session-store.ts';
import { everyCoordinatorMigration } from '../../coordinator/src/open-coordinator.ts';
import type { Abandonments } from '../../coordinator/src/ports.ts';
import type { Outgoing } from '../../coordinator/src/session.ts';
import { testDatabases } from './test-databases.ts';

const noted = 1_790_000_000_000;
/** Two make a certificate. */
const terms = { needed: 2, nowMs: noted, sinceMs: noted - 1_000 };
const promise = (session: string, hospital: string) => ({ session, hospital, signature: `by ${hospital}` });

for (const { name, open } of testDatabases) {
	describe(`the coordinator's promises on ${name}`, () => {
		let database: Database;
		let store: Abandonments;

		beforeAll(async () => {
			database = await open();
			await migrate(database, everyCoordinatorMigration);
			store = sqlAbandonments(database);
		});
		beforeEach(async () => {
			await database.read((tx) =>
				tx.execute('truncate abandonment, taken, session, query, outgoing, mailbox'),
			);
			await session('running', '{}');
			await session('ended', null);
			await session('other', null);
		});
		afterAll(() => database?.close());

		async function session(id: string, merge: string | null): Promise<void> {
			await database.read(async (tx) => {
				await tx.execute(sql`insert into query (id, person, request_digest, request_hash, query_hash, manifest,
					question, session) values (${id}, 'ada', ${id}, 'h', 'h', 'm', '{}', ${id})`);
				await tx.execute(sql`insert into session (session, query, record, merge, version)
					values (${id}, ${id}, '{}', ${merge}, 1)`);
			});
		}

		const tell = (id: string): readonly Outgoing[] => [
			{ to: 'east', message: { kind: 'abandoned', session: id, promises: [] } },
		];
		const mail = async (): Promise<readonly string[]> =>
			(await sqlSessionStore(database).waiting('east', 0)).map(({ message }) => message.session);

		it('come by hospital, each once, of sessions that run no longer and have enough', async () => {
			for (const hospital of ['west', 'east', 'west']) await store.note(promise('ended', hospital), terms);
			for (const hospital of ['east', 'north']) await store.note(promise('running', hospital), terms);
			await store.note(promise('other', 'north'), terms);
			expect(await store.uncertified()).toEqual([
				{
					session: 'ended',
					promises: [
						{ hospital: 'east', signature: 'by east' },
						{ hospital: 'west', signature: 'by west' },
					],
				},
			]);
		});

		it('come in the order of code units, whatever language the database sorts by', async () => {
			for (const hospital of ['odense', 'aarhus', 'z', 'a-b', 'ab'])
				await store.note(promise('ended', hospital), terms);
			const [only] = await store.uncertified();
			expect(only?.promises.map(({ hospital }) => hospital)).toEqual(['a-b', 'aarhus', 'ab', 'odense', 'z']);
		});

		it('are forgotten where they have waited for too long', async () => {
			await store.note(promise('ended', 'east'), terms);
			await store.note(promise('other', 'north'), { ...terms, sinceMs: noted + 1 });
			await store.note(promise('ended', 'west'), terms);
			expect(await store.uncertified()).toEqual([]);
		});

		it('keep a hospital’s first promise', async () => {
			await store.note(promise('ended', 'east'), terms);
			await store.note({ ...promise('ended', 'east'), signature: 'another' }, { ...terms, nowMs: noted + 1 });
			await store.note(promise('ended', 'west'), terms);
			const [only] = await store.uncertified();
			expect(only?.promises[0]).toEqual({ hospital: 'east', signature: 'by east' });
		});

		it('are certified once, whoever does it, and what comes later waits for nothing', async () => {
			await store.note(promise('ended', 'east'), terms);
			await store.note(promise('ended', 'west'), terms);
			const outcomes = await Promise.all([1, 2, 3].map(() => store.certify('ended', tell('ended'))));
			expect(outcomes.filter((outcome) => outcome)).toHaveLength(1);
			expect(await mail()).toEqual(['ended']);
			await store.note(promise('ended', 'north'), terms);
			expect(await store.uncertified()).toEqual([]);
			expect(await store.certify('ended', tell('ended'))).toBe(false);
			expect(await mail()).toEqual(['ended']);
		});

		it('are of a session that there is', async () => {
			await expect(store.note(promise('unknown', 'east'), terms)).rejects.toThrow();
			expect(await store.certify('unknown', tell('unknown'))).toBe(false);
			expect(await mail()).toEqual([]);
		});
	});
}
