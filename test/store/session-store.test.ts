// The contract of a node's memory of its sessions, on every database: what was decided is resent, never redecided.

import { type Database, migrate, rootOfEntries, rowsOf, type ToCoordinator } from '@cordon/shared';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
	createSessionStore,
	type StoredSessions,
	voidSessions,
} from '../../node/src/adapters/session-store/session-store.ts';
import { nodeMigrations } from '../../node/src/open-adapters.ts';
import type { KeptInput, OutgoingMessage, PreparedRecord, SessionRecord } from '../../node/src/session.ts';
import { lateDatabase } from './late-database.ts';
import { testDatabases } from './test-databases.ts';

function record(session: string, change: Partial<SessionRecord> = {}): SessionRecord {
	return {
		session,
		requestId: `request of ${session}`,
		requestHash: 'b'.repeat(64),
		receiverKey: null,
		queryHash: 'd'.repeat(64),
		ended: false,
		person: "o'brien — 名",
		project: 'glioma',
		purpose: 'HMB',
		epoch: '2026-11',
		plan: {
			askKind: 'count',
			cohort: { all: [{ condition: { code: 'C71.9' } }, { not: { gene: { symbol: 'IDH1' } } }] },
			variables: [],
			cells: [[]],
			dataClasses: ['clinical', 'genome'],
			l1Sensitivity: 1,
			mechanism: 'noised',
			epsilonMicros: 500_000,
		},
		tokenExpiresMs: 1_790_000_600_000,
		deadlineMs: 1_790_000_060_000,
		member: null,
		...change,
	};
}

function outgoing(id: string, message: Partial<ToCoordinator> = {}): OutgoingMessage {
	return { id, message: { kind: 'refuse', session: 's1', code: 'unavailable', ...message } as ToCoordinator };
}

const prepared: PreparedRecord = {
	session: 's9',
	project: 'p',
	mechanism: 'noised',
	epoch: '2026-11',
	expiresMs: 7,
	member: {} as PreparedRecord['member'],
};

function keptInput(session: string): KeptInput {
	const opening = { values: ['1'], salt: 'c2FsdA' } as unknown as KeptInput['opening'];
	return { session, epoch: '2026-11', opening, snapshot: 7, agreed: 12, countedMs: 1_000 };
}

/** Each table that a change writes to. */
async function everything(database: Database): Promise<unknown> {
	const tables = ['session', 'outgoing', 'prepared_session', 'kept_input', 'node_state'];
	const rows = await Promise.all(
		tables.map((table) =>
			database.read(async (tx) => rowsOf(await tx.execute(`select to_jsonb(t) as row from ${table} as t`))),
		),
	);
	return JSON.parse(JSON.stringify(rows));
}

const quiet = { record: null, outgoing: [], cursor: null };

for (const { name, open } of testDatabases) {
	describe(`createSessionStore on ${name}`, () => {
		let database: Database;
		let opened: Database | undefined;
		let store: StoredSessions;

		beforeEach(async () => {
			opened ??= await open();
			database = opened;
			await migrate(database, nodeMigrations);
			await database.transaction(async (tx) => {
				await tx.execute('truncate session, claimed_request, outgoing, prepared_session, kept_input');
				await tx.execute('update node_state set cursor = 0, paused = false');
			});
			store = createSessionStore(database);
		});
		afterAll(() => opened?.close());

		it('knows nothing at first', async () => {
			expect([await store.find('s1'), await store.openSessions(), await store.unsent()]).toEqual([
				null,
				[],
				[],
			]);
			expect([await store.cursor(), await store.isPaused()]).toEqual([0, false]);
		});

		it('gives a record back as it was saved, the state of its machine included', async () => {
			const member = { phase: 'advertised', big: '18446744073709551615', nested: [{ a: null }] };
			const saved = record('s1', { member: member as unknown as SessionRecord['member'] });
			await store.save({ ...quiet, record: saved });
			expect(await store.find('s1')).toEqual(saved);
			expect(await store.find('s2')).toBeNull();
			expect(await store.find("s1' or '1' = '1")).toBeNull();
		});

		it('replaces the record of a session, and counts an ended one no longer as open', async () => {
			await store.save({ ...quiet, record: record('s1') });
			await store.save({ ...quiet, record: record('s2') });
			await store.save({ ...quiet, record: record('s1', { ended: true }) });
			expect((await store.openSessions()).map(({ session }) => session)).toEqual(['s2']);
			expect((await store.find('s1'))?.ended).toBe(true);
		});

		it('forgets the secrets of an ended session everywhere in its tables', async () => {
			const member = { secret: 'canary-7f' } as unknown as SessionRecord['member'];
			await store.save({ ...quiet, record: record('s1', { member }) });
			await store.save({ ...quiet, record: record('s1', { ended: true, member: null }) });
			const rows = await database.read((tx) => tx.execute('select * from session'));
			expect(JSON.stringify(rows)).not.toContain('canary-7f');
		});

		it('keeps prepared sessions until they are dropped, with the record that takes their place', async () => {
			const waiting = (session: string): PreparedRecord =>
				({
					session,
					project: "o'p",
					mechanism: 'noised',
					epoch: '2026-11',
					expiresMs: 7,
					member: {},
				}) as never;
			await store.save({ ...quiet, prepared: waiting('s1'), outgoing: [outgoing('a')] });
			await store.save({ ...quiet, prepared: waiting('s2') });
			await store.save({ ...quiet, prepared: { ...waiting('s2'), expiresMs: 8 } });
			expect((await store.standing('s2')).prepared).toEqual({ ...waiting('s2'), expiresMs: 8 });
			expect(await store.preparedSessions()).toHaveLength(2);
			await store.save({ ...quiet, record: record('s1'), dropped: ['s1', 'unknown'] });
			expect((await store.standing('s1')).prepared).toBeNull();
			expect((await store.find('s1'))?.session).toBe('s1');
			expect((await store.preparedSessions()).map(({ session }) => session)).toEqual(['s2']);
		});

		it('drops every prepared session where the store came from a backup', async () => {
			const member = { secret: 'canary-8f' } as never;
			const prepared = {
				session: 's1',
				project: 'p',
				mechanism: 'noised',
				epoch: 'e',
				expiresMs: 7,
				member,
			} as const;
			await store.save({ ...quiet, prepared });
			await database.transaction((tx) => voidSessions(tx, 9));
			expect(await store.preparedSessions()).toEqual([]);
			await database.read((tx) => tx.execute('update node_state set cursor = 0, paused = false'));
		});

		it('gives what is to be said in the order it was decided, until it is said', async () => {
			await store.save({ ...quiet, outgoing: [outgoing('z'), outgoing('a')] });
			await store.save({ ...quiet, outgoing: [outgoing('m')] });
			expect((await store.unsent()).map(({ id }) => id)).toEqual(['z', 'a', 'm']);
			await store.markSent('a');
			expect((await store.unsent()).map(({ id }) => id)).toEqual(['z', 'm']);
		});

		it('writes down what was said with the next change; killed before, it says it again', async () => {
			await store.save({ ...quiet, outgoing: [outgoing('a'), outgoing('b')] });
			await store.markSent('a');
			expect((await createSessionStore(database).unsent()).map(({ id }) => id)).toEqual(['a', 'b']);
			await store.save({ ...quiet, cursor: 7 });
			expect((await createSessionStore(database).unsent()).map(({ id }) => id)).toEqual(['b']);
			expect((await store.unsent()).map(({ id }) => id)).toEqual(['b']);
		});

		it('does not forget what was said where the change cannot be written', async () => {
			await store.save({ ...quiet, outgoing: [outgoing('a')] });
			await store.markSent('a');
			const broken = record('s1', { requestId: null as unknown as string });
			await expect(store.save({ ...quiet, record: broken })).rejects.toThrow();
			expect(await store.unsent()).toEqual([]);
			await store.save(quiet);
			expect(await createSessionStore(database).unsent()).toEqual([]);
		});

		it('finds a message whose save was answered too late, or by nobody', async () => {
			const { database: line, lose, arrive } = lateDatabase(database);
			const cut = createSessionStore(line);
			expect(await cut.unsent()).toEqual([]);
			lose(true);
			await expect(cut.save({ ...quiet, outgoing: [outgoing('a')] })).rejects.toThrow('lost');
			lose(false);
			expect(await cut.unsent()).toEqual([]);
			await arrive();
			expect((await cut.unsent()).map(({ id }) => id)).toEqual(['a']);
		});

		it('does not keep a list of what was unsaid before a save that was under way', async () => {
			const [, early] = await Promise.all([
				store.save({ ...quiet, outgoing: [outgoing('a')] }),
				store.unsent(),
			]);
			expect(early.length).toBeLessThanOrEqual(1);
			expect((await store.unsent()).map(({ id }) => id)).toEqual(['a']);
		});

		it('knows what a save added without asking again, and what was said meanwhile', async () => {
			let asked = 0;
			const counting: Database = {
				...database,
				read: (work) => {
					asked += 1;
					return database.read(work);
				},
			};
			const counted = createSessionStore(counting);
			await counted.save({ ...quiet, outgoing: [outgoing('a')] });
			expect((await counted.unsent()).map(({ id }) => id)).toEqual(['a']);
			const before = asked;
			await Promise.all([
				counted.save({ ...quiet, outgoing: [outgoing('b'), outgoing('a')] }),
				counted.markSent('a'),
			]);
			expect((await counted.unsent()).map(({ id }) => id)).toEqual(['b']);
			await counted.save({ ...quiet, cursor: 7 });
			expect((await counted.unsent()).map(({ id }) => id)).toEqual(['b']);
			expect(asked - before).toBe(2);
			expect(await createSessionStore(database).unsent()).toEqual(await counted.unsent());
			await database.read((tx) => tx.execute('update node_state set cursor = 0'));
		});

		it('forgets nothing where a save is answered after a later one', async () => {
			const { promise: later, resolve: answer } = Promise.withResolvers<void>();
			let isHeld = false;
			const slow: Database = {
				...database,
				read: async (work) => {
					const hold = isHeld;
					isHeld = false;
					const result = await database.read(work);
					if (hold) await later;
					return result;
				},
			};
			const slowly = createSessionStore(slow);
			expect(await slowly.unsent()).toEqual([]);
			isHeld = true;
			const first = slowly.save({ ...quiet, outgoing: [outgoing('a')] });
			await slowly.save({ ...quiet, outgoing: [outgoing('b')] });
			answer();
			await first;
			const unsent = (await slowly.unsent()).map(({ id }) => id);
			expect(unsent.toSorted()).toEqual(['a', 'b']);
		});

		it('gives a message back as it was decided', async () => {
			const cells = ['-9223372036854775808', null, '0'];
			const plain = { kind: 'plain', session: 's1', epoch: '2026-11', k: 11, cells } as const;
			await store.save({ ...quiet, outgoing: [{ id: 'm', message: plain }] });
			expect(await store.unsent()).toEqual([{ id: 'm', message: plain }]);
		});

		it('keeps the first of two messages with one id, and does not say again what was said', async () => {
			await store.save({ ...quiet, outgoing: [outgoing('a', { code: 'no-budget' })] });
			await store.save({ ...quiet, outgoing: [outgoing('a', { code: 'unavailable' })] });
			expect(await store.unsent()).toEqual([outgoing('a', { code: 'no-budget' })]);
			await store.markSent('a');
			await store.save({ ...quiet, outgoing: [outgoing('a')] });
			expect(await store.unsent()).toEqual([]);
		});

		it('moves its place in the coordinator’s messages forward only', async () => {
			for (const cursor of [5, 3, null]) await store.save({ ...quiet, cursor });
			expect(await store.cursor()).toBe(5);
			await store.save({ ...quiet, cursor: 2 ** 40 });
			expect(await store.cursor()).toBe(2 ** 40);
		});

		it('saves record, message and place together or not at all', async () => {
			const broken = {
				id: 'm',
				message: { kind: 'secagg', session: null, body: 1 },
			} as unknown as OutgoingMessage;
			await expect(store.save({ record: record('s1'), outgoing: [broken], cursor: 9 })).rejects.toThrow();
			expect([await store.find('s1'), await store.unsent(), await store.cursor()]).toEqual([null, [], 0]);
		});

		it.each([
			['comes late', 'second'],
			['is made before the second asks', 'first'],
		] as const)('keeps one of two saves for one message, where the lost one %s', async (_what, winner) => {
			const { database: line, lose, arrive } = lateDatabase(database);
			const cut = createSessionStore(line);
			const change = (name: string) => ({
				...quiet,
				record: record('s1', { requestHash: name }),
				outgoing: [outgoing(name)],
				input: keptInput('s1'),
				prepared: { ...prepared, epoch: name },
				cursor: 7,
			});
			const least = { size: 0, cursor: 0, changes: 0 };
			lose(true);
			await expect(cut.saveUnlessOlder(change('first'), least)).rejects.toThrow('lost');
			lose(false);
			if (winner === 'first') await arrive();
			expect((await cut.saveUnlessOlder(change('second'), least)).isKept).toBe(winner === 'second');
			if (winner === 'second') await arrive();
			expect((await cut.unsent()).map(({ id }) => id)).toEqual([winner]);
			expect((await cut.find('s1'))?.requestHash).toBe(winner);
			expect((await cut.standing(prepared.session)).prepared?.epoch).toBe(winner);
			expect(await cut.cursor()).toBe(7);
		});

		it.each([
			['comes after its end', ['abandon']],
			['is made after its end was decided', ['unmask']],
		] as const)('lets a session promise or unmask, where a lost unmasking %s', async (what, said) => {
			const { database: line, lose, arrive } = lateDatabase(database);
			const cut = createSessionStore(line);
			const masked = record('s1', { said: 'masked' });
			await cut.save({ ...quiet, record: masked, cursor: 6 });
			lose(true);
			const opened = {
				...quiet,
				record: record('s1', { said: 'opened' }),
				outgoing: [outgoing('unmask')],
				cursor: 7,
			};
			await expect(cut.save(opened)).rejects.toThrow('lost');
			lose(false);
			if (said[0] === 'unmask') await arrive();
			const over = { ...quiet, record: { ...masked, ended: true }, outgoing: [outgoing('abandon')] };
			const kept = await cut.saveUnlessOlder(over, { size: 0, cursor: 0, changes: 0 });
			expect(kept.isKept, what).toBe(said[0] === 'abandon');
			await arrive();
			expect((await createSessionStore(database).unsent()).map(({ id }) => id)).toEqual(said);
			expect(await cut.find('s1')).toMatchObject(
				said[0] === 'abandon' ? { said: 'masked', ended: true } : { said: 'opened', ended: false },
			);
		});

		it('ends a session that has said nothing with its plain answer, and keeps an ended one ended', async () => {
			const ended = record('s1', { said: 'opened', ended: true });
			await store.save({ ...quiet, record: record('s1', { said: 'nothing' }), cursor: 6 });
			await store.save({ ...quiet, record: ended, outgoing: [outgoing('plain')], cursor: 7 });
			await store.save({
				...quiet,
				record: record('s1', { said: 'masked' }),
				outgoing: [outgoing('masked')],
			});
			await store.save({ ...quiet, record: ended, outgoing: [outgoing('again')] });
			expect(await store.find('s1')).toEqual(ended);
			expect((await store.unsent()).map(({ id }) => id)).toEqual(['plain', 'again']);
		});

		it('keeps one of many saves for one message that are made at once', async () => {
			const names = Array.from({ length: 8 }, (_, at) => `${at}`);
			const kept = await Promise.all(
				names.map(async (name) => {
					const change = { ...quiet, outgoing: [outgoing(name)], cursor: 7 };
					const own = createSessionStore(database);
					return (await own.saveUnlessOlder(change, { size: 0, cursor: 0, changes: 0 })).isKept;
				}),
			);
			const unsent = await createSessionStore(database).unsent();
			expect(unsent.map(({ id }) => id)).toEqual(names.filter((_, at) => kept[at]));
			expect(unsent).toHaveLength(1);
		});

		it('tells of a session, what waits of it and whether it is paused in one look', async () => {
			expect(await store.standing('s1')).toMatchObject({ record: null, prepared: null, paused: false });
			const waiting = { ...prepared, session: 's2' };
			await store.save({ ...quiet, record: record('s1'), prepared: waiting, cursor: 4 });
			await store.setPaused(true);
			expect(await store.standing('s1')).toMatchObject({
				record: record('s1'),
				prepared: null,
				paused: true,
			});
			expect(await store.standing('s2')).toMatchObject({ record: null, prepared: waiting });
			const { stood } = await store.standing('s1');
			expect(stood).toMatchObject({ size: 0, cursor: 4, root: rootOfEntries([]) });
		});

		it.each([
			['messages heard', { cursor: 8 }],
			['entries logged', { size: 1 }],
			['changes made', { changes: 10_000 }],
		])('changes nothing at all where it is older by %s than was seen', async (_what, ahead) => {
			await store.save({
				...quiet,
				outgoing: [outgoing('a')],
				prepared,
				input: keptInput('s0'),
				cursor: 7,
			});
			await store.markSent('a');
			const before = await everything(database);
			const change = {
				record: record('s1'),
				outgoing: [outgoing('b')],
				prepared: { ...prepared, session: 's3' },
				dropped: [prepared.session],
				input: keptInput('s1'),
				forgotten: ['s0'],
				cursor: 9,
			};
			const least = { size: 0, cursor: 7, changes: 0, ...ahead };
			await expect(store.saveUnlessOlder(change, least)).rejects.toMatchObject({ name: 'StateRolledBack' });
			expect(await everything(database)).toEqual(before);
			const { stood } = await store.saveUnlessOlder(change, { size: 0, cursor: 7, changes: 0 });
			expect(stood).toMatchObject({ size: 0, cursor: 9 });
			expect((await createSessionStore(database).unsent()).map(({ id }) => id)).toEqual(['b']);
			expect(await store.preparedSessions()).toHaveLength(1);
			expect([await store.keptInput('s0'), await store.keptInput('s1')]).toEqual([null, keptInput('s1')]);
		});

		it('gives a researcher’s request id to one session for ever', async () => {
			expect(await store.claimRequest('r1', 's1')).toBe(true);
			expect(await store.claimRequest('r1', 's2')).toBe(false);
			expect(await store.claimRequest('r1', 's1')).toBe(true);
			expect(await store.claimRequest('r2', 's2')).toBe(true);
			await store.save({ ...quiet, record: record('s1', { ended: true }) });
			expect(await store.claimRequest('r1', 's2')).toBe(false);
		});

		it('gives it to one of twenty sessions that ask at once', async () => {
			const sessions = Array.from({ length: 20 }, (_, at) => `s${at}`);
			const claims = await Promise.all(sessions.map((session) => store.claimRequest('r1', session)));
			expect(claims.filter((claim) => claim)).toHaveLength(1);
		});

		it('remembers that answering is paused, in another store on the same database too', async () => {
			await store.setPaused(true);
			expect(await createSessionStore(database).isPaused()).toBe(true);
			await store.setPaused(false);
			expect(await store.isPaused()).toBe(false);
		});

		it('throws where its state is lost rather than take it for not paused', async () => {
			await database.transaction((tx) => tx.execute('delete from node_state'));
			await expect(store.isPaused()).rejects.toThrow('node_state has lost its row');
			await expect(store.cursor()).rejects.toThrow('node_state has lost its row');
			await database.transaction((tx) => tx.execute('insert into node_state default values'));
		});

		it('says nothing of a record in the error of a statement that fails', async () => {
			const broken = record('s1', { requestId: null as unknown as string, person: 'canary-9a' });
			const error: unknown = await store
				.save({ ...quiet, record: broken })
				.catch((thrown: unknown) => thrown);
			expect(error).toBeInstanceOf(Error);
			expect(`${error} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('canary-9a');
		});
	});
}
