// The contract of the coordinator's prepared sessions, on every database: each is asked once, by whoever takes it.

import { type Database, migrate, newSigningSeed, publicKeyOf } from '@cordon/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { coordinatorMigrations } from '../../coordinator/src/adapters/coordinator-migrations.ts';
import { preparedMigration, sqlPreparedStore } from '../../coordinator/src/adapters/sql-prepared-store.ts';
import { sqlSessionStore } from '../../coordinator/src/adapters/sql-session-store.ts';
import type { PreparedStore } from '../../coordinator/src/ports.ts';
import type { Outgoing, PreparedSession } from '../../coordinator/src/session.ts';
import { prepareCollector } from '../../shared/src/secagg/collector.ts';
import { secaggParameters } from '../../shared/src/secagg/parameters.ts';
import { testDatabases } from './test-databases.ts';

const hospitals = ['east', 'north', 'south'];

function prepared(session: string, sinceMs: number): PreparedSession {
	const parameters = secaggParameters(3, null);
	if (!parameters.ok) throw new Error(parameters.error);
	const roster = hospitals.map((hospital, at) => ({
		hospital,
		identityKey: publicKeyOf(newSigningSeed(new Uint8Array(32).fill(at + 1))),
	}));
	const terms = { session, manifestHash: 'm', policyHash: 'p', roster, parameters: parameters.value };
	return {
		session,
		manifest: 'm',
		project: "o'brien",
		mechanism: 'noised',
		roster: hospitals,
		sinceMs,
		expiresMs: sinceMs + 1,
		collector: prepareCollector(terms),
		version: 1,
	};
}

const tell = (session: string): readonly Outgoing[] =>
	hospitals.map((to) => ({ to, message: { kind: 'end', session, outcome: 'aborted' } }));

for (const { name, open } of testDatabases) {
	describe(`the coordinator's prepared sessions on ${name}`, () => {
		let database: Database;
		let store: PreparedStore;

		beforeAll(async () => {
			database = await open();
			await migrate(database, [...coordinatorMigrations, preparedMigration]);
			store = sqlPreparedStore(database);
		});
		beforeEach(async () => {
			await database.read((tx) => tx.execute('truncate prepared_session, outgoing, mailbox'));
		});
		afterAll(() => database?.close());

		const mailOf = async (hospital: string): Promise<readonly string[]> =>
			(await sqlSessionStore(database).waiting(hospital, 0)).map(({ message }) => message.session);

		it('come back as they were stored, the oldest first, with what is said because of them', async () => {
			await store.open(prepared('later', 2_000_000_000_000), tell('later'));
			await store.open(prepared('sooner', 1_000_000_000_000), []);
			expect(await store.all()).toEqual([
				prepared('sooner', 1_000_000_000_000),
				prepared('later', 2_000_000_000_000),
			]);
			expect(await store.find('later')).toEqual(prepared('later', 2_000_000_000_000));
			expect(await store.find('never')).toBeNull();
			expect(await mailOf('north')).toEqual(['later']);
		});

		it('are changed by whoever read them last, and nothing is said for the others', async () => {
			await store.open(prepared('s', 1), []);
			const changes = await Promise.all([1, 2, 3].map(() => store.change(prepared('s', 1), tell('s'))));
			expect(changes.filter((changed) => changed)).toHaveLength(1);
			expect(await mailOf('south')).toEqual(['s']);
			expect((await store.find('s'))?.version).toBe(2);
		});

		it('are taken once, by whoever is first, and not after a change', async () => {
			await store.open(prepared('s', 1), []);
			await store.change(prepared('s', 1), []);
			expect(await store.take(prepared('s', 1))).toBe(false);
			const now = { ...prepared('s', 1), version: 2 };
			const taken = await Promise.all([1, 2, 3, 4].map(() => store.take(now)));
			expect(taken.filter((mine) => mine)).toHaveLength(1);
			expect(await store.find('s')).toBeNull();
			expect(await store.change(now, tell('s'))).toBe(false);
		});

		it('are dropped with their undelivered messages, and dropped once', async () => {
			await store.open(prepared('s', 1), tell('s'));
			await store.drop('s', tell('gone'));
			await store.drop('s', tell('twice'));
			expect(await mailOf('east')).toEqual(['gone']);
			expect(await store.all()).toEqual([]);
		});
	});
}
