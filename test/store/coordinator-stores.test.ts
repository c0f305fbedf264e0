// The contract of the coordinator's stores, on every database: who comes at the same time is told apart, once.

import { type Database, type Manifest, type Member, migrate, type Wire } from '@cordon/shared';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { coordinatorMigrations } from '../../coordinator/src/adapters/coordinator-migrations.ts';
import { sqlMembershipStore } from '../../coordinator/src/adapters/sql-membership-store.ts';
import { sqlSessionStore } from '../../coordinator/src/adapters/sql-session-store.ts';
import type { MembershipStore, SessionStore } from '../../coordinator/src/ports.ts';
import type { Outgoing, QueryRecord, SessionRecord } from '../../coordinator/src/session.ts';
import { testFounding, testHospitals } from '../../coordinator/src/testing/test-policy.ts';
import { testDatabases } from './test-databases.ts';

function member(hospital: string, k = 11): Member {
	return { hospital, name: hospital, identityKey: `identity-${hospital}`, logKey: `log-${hospital}`, k };
}

/** Only its version and its text matter to the store. */
function manifestOf(members: readonly Member[]): Manifest {
	const { network, policy, projects, issuers } = testFounding;
	const coordinator = { identityKey: 'a', logKey: 'b' };
	return {
		cordon: 1,
		network,
		version: 1,
		previous: null,
		coordinator,
		members,
		projects,
		issuers,
		dictionary: 'd',
		policy,
	} as unknown as Manifest;
}

function query(mark: string): QueryRecord {
	return {
		id: `query-${mark}`,
		person: 'https://id.example#ada',
		requestDigest: 'digest',
		requestHash: 'hash',
		queryHash: 'query-hash',
		manifest: 'manifest',
		question: { cordon: 1 } as unknown as QueryRecord['question'],
		session: `session-${mark}`,
		answer: null,
	};
}

function session(mark: string): SessionRecord {
	return {
		session: `session-${mark}`,
		query: `query-${mark}`,
		manifest: 'manifest',
		project: 'glioma',
		roster: testHospitals,
		roundSinceMs: 1,
		deadlineMs: 2,
		participation: {},
		step: 'dispatched',
		ending: null,
		merge: { kind: 'plain', cells: 1, waitingFor: testHospitals, shares: {} },
		version: 0,
	};
}

function letter(to: string, mark: string): Outgoing {
	return { to, message: { kind: 'end', session: mark } as unknown as Outgoing['message'] };
}

const tables = [
	'founding',
	'invitation',
	'member',
	'manifest',
	'manifest_signature',
	'query',
	'session',
	'taken',
	'mailbox',
	'outgoing',
	'release',
];

const times = <T>(n: number, work: (index: number) => Promise<T>): Promise<readonly T[]> =>
	Promise.all(Array.from({ length: n }, (_, index) => work(index)));

for (const { name, open } of testDatabases) {
	describe(`the coordinator's stores on ${name}`, () => {
		let database: Database;
		let membership: MembershipStore;
		let sessions: SessionStore;

		beforeAll(async () => {
			database = await open();
			await migrate(database, coordinatorMigrations);
			membership = sqlMembershipStore(database);
			sessions = sqlSessionStore(database);
		});
		beforeEach(async () => {
			await database.read((tx) => tx.execute(`truncate ${tables.join(', ')}`));
		});
		afterAll(() => database.close());

		it('found a network once, by whoever is first', async () => {
			const outcomes = await times(6, () => membership.found(testFounding));
			expect(outcomes.filter((outcome) => outcome === 'founded')).toHaveLength(1);
			expect(await membership.founding()).toEqual(testFounding);
		});

		it('let an invitation be used once, by whoever is first', async () => {
			await membership.invite({ hospital: 'north', secretHash: 'x', expiresMs: 1 });
			const outcomes = await times(6, (index) => membership.enrol(member('north', 11 + index)));
			expect(outcomes.filter((enrolled) => enrolled)).toHaveLength(1);
			expect(await membership.members()).toHaveLength(1);
			expect(await membership.invitation('north')).toBeNull();
		});

		it('enrol all hospitals at once, and each sees a draft of the same members', async () => {
			for (const hospital of testHospitals)
				await membership.invite({ hospital, secretHash: 'x', expiresMs: 1 });
			await times(testHospitals.length, async (index) => {
				await membership.enrol(member(testHospitals[index] ?? ''));
				const members = await membership.members();
				if (members.length === testHospitals.length)
					await membership.saveDraft(manifestOf(members), 'hash-1');
			});
			expect((await membership.draft())?.manifest.members.map(({ hospital }) => hospital)).toEqual(
				testHospitals,
			);
		});

		it('keep the first draft of a version, whoever else saves the same one or another at that moment', async () => {
			for (let round = 0; round < 12; round += 1) {
				const other = [member('north', 12 + round)];
				await times(8, (index) =>
					membership.saveDraft(
						manifestOf(index % 2 === 0 ? [] : other),
						index % 2 === 0 ? 'hash-1' : `hash-2`,
					),
				);
				const kept = await membership.draft();
				expect(['hash-1', 'hash-2']).toContain(kept?.hash);
				await database.read((tx) => tx.execute('delete from manifest'));
			}
		});

		it('drop a draft whose hash is there already, whatever else it says, instead of failing', async () => {
			// Two that save at one moment may meet at either of the two unique columns.
			await membership.saveDraft(manifestOf([]), 'hash-1');
			await membership.saveDraft({ ...manifestOf([]), version: 2 }, 'hash-1');
			await membership.saveDraft(manifestOf([]), 'hash-2');
			expect((await membership.draft())?.hash).toBe('hash-1');
		});

		it('take each signature once, and make one manifest the current one', async () => {
			await membership.saveDraft(manifestOf([]), 'hash-1');
			await times(8, (index) => membership.addSignature('hash-1', testHospitals[index % 4] ?? '', 's'));
			await times(4, () => membership.makeCurrent('hash-1'));
			const current = await membership.current();
			expect(Object.keys(current?.signatures ?? {}).sort()).toEqual(testHospitals);
			expect(await membership.draft()).toBeNull();
		});

		it('open a request once, however often it arrives at the same moment', async () => {
			const opened = await times(6, (index) =>
				sessions.open(query(String(index)), session(String(index)), [letter('north', String(index))], null),
			);
			expect(opened.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
			expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
			expect(await sessions.waiting('north', 0)).toHaveLength(1);
			expect(await sessions.running()).toHaveLength(1);
		});

		it('take one change of a version, and none that comes too late', async () => {
			await sessions.open(query('a'), session('a'), [], null);
			const change = (index: number) =>
				sessions.change({
					record: { ...session('a'), step: 'advertised' },
					taken: [{ hospital: testHospitals[index] ?? '', step: 'r0', digest: `${index}` }],
					outgoing: [letter('north', 'a')],
					answer: null,
				});
			const taken = await times(4, change);
			expect(taken.filter((posted) => posted !== null)).toHaveLength(1);
			expect((await sessions.session('session-a'))?.version).toBe(1);
			expect(await sessions.waiting('north', 0)).toHaveLength(1);
		});

		it('number what waits for a hospital without a gap or a repeat, from many sessions at once', async () => {
			await times(10, (index) => {
				const mark = String(index);
				const asked = { ...query(mark), requestDigest: mark };
				return sessions.open(asked, session(mark), [letter('south', mark), letter('north', mark)], null);
			});
			for (const hospital of ['north', 'south']) {
				const waiting = await sessions.waiting(hospital, 0);
				expect(waiting.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, at) => at + 1));
			}
			expect((await sessions.waiting('north', 4)).map(({ seq }) => seq)[0]).toBe(5);
			expect(await sessions.waiting('north', 0)).toHaveLength(6);
		});

		it('number what changes of many sessions post at once without a gap, whoever of two stores is asked', async () => {
			const marks = Array.from({ length: 8 }, (_, index) => String(index));
			for (const mark of marks)
				await sessions.open({ ...query(mark), requestDigest: mark }, session(mark), [], null);
			const stores = [sessions, sqlSessionStore(database)];
			// Each change is made by both stores, and said to the hospitals in another order.
			const changed = await times(2 * marks.length, (index) => {
				const mark = marks[Math.floor(index / 2)] ?? '';
				const letters = ['south', 'north', 'west'].map((to) => letter(to, mark));
				const outgoing = index % 3 === 0 ? letters : letters.toReversed();
				const store = stores[index % 2] ?? sessions;
				return store.change({ record: session(mark), taken: [], outgoing, answer: null });
			});
			const kept = changed.flatMap((posted) => (posted === null ? [] : [posted]));
			expect(kept).toHaveLength(marks.length);
			for (const hospital of ['north', 'south', 'west']) {
				const waiting = await sessions.waiting(hospital, 0);
				expect(waiting.map(({ seq }) => seq)).toEqual(marks.map((_, at) => at + 1));
				const told = kept.flat().filter(({ to }) => to === hospital);
				const inOrder = told.toSorted((a, b) => a.seq - b.seq);
				expect(inOrder.map(({ seq, message }) => ({ seq, message }))).toEqual(waiting);
			}
		});

		it('hand out nothing, and delete nothing, from a database older than what a hospital has heard', async () => {
			await sessions.open(query('a'), session('a'), [letter('north', 'a')], null);
			await expect(sessions.waiting('north', 7)).rejects.toMatchObject({ name: 'MailboxRolledBack' });
			await expect(sessions.waiting('south', 1)).rejects.toMatchObject({ name: 'MailboxRolledBack' });
			expect((await sessions.waiting('north', 0)).map(({ seq }) => seq)).toEqual([1]);
			expect(await sessions.waiting('north', 1)).toEqual([]);
			expect(await sessions.waiting('south', 0)).toEqual([]);
		});

		it('end a session once, delete what waited for it, and give back the same answer ever after', async () => {
			await sessions.open(query('a'), session('a'), [letter('north', 'a')], null);
			const end = (value: number) =>
				sessions.change({
					record: { ...session('a'), merge: null, step: 'released' },
					taken: [],
					outgoing: [],
					answer: { value },
				});
			const ended = await times(4, end);
			expect(ended.filter((posted) => posted !== null)).toHaveLength(1);
			expect(await end(9)).toBeNull();
			const quickest = ended.findIndex((posted) => posted !== null);
			expect((await sessions.query('query-a'))?.answer).toEqual({ value: quickest });
			expect(await sessions.waiting('north', 0)).toEqual([]);
			expect(await sessions.running()).toEqual([]);
		});

		const asked = (mark: string): QueryRecord => ({ ...query(mark), requestDigest: mark });
		const openAll = (n: number) =>
			times(n, (index) =>
				sessions.open(asked(String(index)), session(String(index)), [letter('north', String(index))], 'key'),
			);
		const end = (mark: string, step: 'released' | 'ended', answer: object) =>
			sessions.change({
				record: { ...session(mark), merge: null, step },
				taken: [],
				outgoing: [],
				answer: answer as Wire,
			});

		it('let one query compute a release, and keep nothing of the others that ask at the same moment', async () => {
			const opened = await openAll(6);
			expect(opened.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
			expect(opened.filter(({ outcome }) => outcome === 'held')).toHaveLength(5);
			expect(await sessions.waiting('north', 0)).toHaveLength(1);
			const holder = opened.find(({ outcome }) => outcome === 'opened')?.id ?? '';
			expect(await sessions.heldRelease('key')).toMatchObject({ query: holder, answer: null });
			const ids = opened.map(({ id }) => id).filter((id) => id !== holder);
			for (const id of ids) expect(await sessions.query(id)).toBeNull();
		});

		it('keep a release for ever, and give it to whoever claims it', async () => {
			const answer = { b: 1, a: [1.5, 'é'] };
			await sessions.open(asked('a'), session('a'), [], 'key');
			await end('a', 'released', answer);
			await sessions.open(asked('b'), session('b'), [], null);
			await end('b', 'released', { other: true });
			const held = { query: 'query-a', session: 'session-a', person: 'https://id.example#ada' };
			for (const claimant of ['query-b', 'query-c'])
				expect(await sessions.claimRelease('key', claimant)).toEqual({ ...held, answer });
			expect(JSON.stringify((await sessions.heldRelease('key'))?.answer)).toBe(JSON.stringify(answer));
		});

		it('let go of a release that came to nothing, for one of those who wait', async () => {
			await sessions.open(asked('a'), session('a'), [], 'key');
			const marks = ['b', 'c', 'd', 'e'];
			for (const mark of marks) await sessions.open(asked(mark), session(mark), [], null);
			const claim = (index: number) => sessions.claimRelease('key', `query-${marks[index]}`);
			expect(new Set((await times(4, claim)).map((held) => held?.query))).toEqual(new Set(['query-a']));
			await end('a', 'ended', { status: 'withheld' });
			expect(await sessions.heldRelease('key')).toBeNull();
			const holders = new Set((await times(4, claim)).map((held) => held?.query));
			expect(holders.size).toBe(1);
			expect(holders).not.toContain('query-a');
		});

		it('leave no release with a query that ends at the very moment it claims one', async () => {
			for (let round = 0; round < 12; round += 1) {
				const mark = `x${round}`;
				await sessions.open(asked(mark), session(mark), [letter('north', mark)], null);
				const claims = times(3, () => sessions.claimRelease(mark, `query-${mark}`));
				const [ended] = await Promise.all([end(mark, 'ended', { status: 'withheld' }), claims]);
				expect(ended).not.toBeNull();
				expect(await sessions.heldRelease(mark)).toBeNull();
			}
		});

		it('give no release to a query that has ended meanwhile, which nobody would compute it for', async () => {
			await sessions.open(asked('a'), session('a'), [], null);
			await end('a', 'ended', { status: 'withheld' });
			expect(await sessions.claimRelease('key', 'query-a')).toBeNull();
			expect(await sessions.heldRelease('key')).toBeNull();
		});
	});
}
