import { type Database, migrate, openDatabase, type ToNode } from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionChange, SessionStore } from '../ports.ts';
import type { Outgoing, QueryRecord, SessionRecord } from '../session.ts';
import { coordinatorMigrations } from './coordinator-migrations.ts';
import { sqlSessionStore } from './sql-session-store.ts';

const session = 'a'.repeat(64);
const query: QueryRecord = {
	id: 'q'.repeat(32),
	person: 'ada',
	requestDigest: 'd',
	requestHash: 'r',
	queryHash: 'h',
	manifest: 'm',
	question: {} as QueryRecord['question'],
	session,
	answer: null,
};
const record: SessionRecord = {
	session,
	query: query.id,
	manifest: 'm',
	project: 'p',
	roster: ['east', 'west'],
	roundSinceMs: 1,
	deadlineMs: 2,
	participation: {},
	step: 'dispatched',
	ending: null,
	merge: { kind: 'plain', cells: 1, waitingFor: [], shares: {} },
	version: 1,
};
const to = (hospital: string, round: number): Outgoing => {
	const message: ToNode = { kind: 'secagg', session, body: String(round) };
	return { to: hospital, message };
};
const taken = (...steps: readonly string[]): SessionChange['taken'] =>
	steps.map((step) => ({ hospital: 'east', step, digest: `of ${step}` }));

let database: Database;
let store: SessionStore;

beforeEach(async () => {
	database = await openDatabase({ kind: 'memory' });
	await migrate(database, coordinatorMigrations);
	store = sqlSessionStore(database);
	await store.open(query, record, [], null);
});
afterEach(() => database.close());

const roundsFor = async (hospital: string, after = 0): Promise<readonly unknown[]> =>
	(await store.waiting(hospital, after)).map(({ seq, message }) => [seq, bodyOf(message)]);
const bodyOf = (message: ToNode): string | null => (message.kind === 'secagg' ? message.body : null);

describe('sqlSessionStore', () => {
	it('hands a hospital two messages of one change in their order, each hospital with numbers of its own', async () => {
		const outgoing = [to('west', 1), to('east', 1), to('west', 2)];
		const posted = await store.change({ record, taken: [], outgoing, answer: null });
		expect(posted?.map(({ to: hospital, seq, message }) => [hospital, seq, bodyOf(message)])).toEqual([
			['east', 1, '1'],
			['west', 1, '1'],
			['west', 2, '2'],
		]);
		expect(await roundsFor('west')).toEqual([
			[1, '1'],
			[2, '2'],
		]);
		expect(await roundsFor('east')).toEqual([[1, '1']]);
	});

	it('forgets what was heard, and gives a number once only', async () => {
		await store.change({ record, taken: [], outgoing: [to('west', 1), to('west', 2)], answer: null });
		expect(await roundsFor('west', 1)).toEqual([[2, '2']]);
		expect(await roundsFor('west', 0)).toEqual([[2, '2']]);
		expect(await roundsFor('west', 2)).toEqual([]);
		await store.change({
			record: { ...record, version: 2 },
			taken: [],
			outgoing: [to('west', 3)],
			answer: null,
		});
		expect(await roundsFor('west')).toEqual([[3, '3']]);
	});

	it.each([
		['nothing to say', [] as const],
		['something to say', [to('west', 1)]],
		['two things to say to one hospital', [to('west', 1), to('west', 2)]],
	])('keeps nothing of a change of another version, with %s', async (_what, outgoing) => {
		const changed = { ...record, step: 'masked' } as const;
		const change = (step: string) =>
			store.change({ record: changed, taken: taken(step), outgoing, answer: null });
		expect(await change('one')).toHaveLength(outgoing.length);
		expect(await change('two')).toBeNull();
		expect(await store.session(session)).toEqual({ ...changed, version: 2 });
		expect(await store.sessionOf(session)).toEqual({
			record: { ...changed, version: 2 },
			taken: taken('one'),
		});
		expect(await store.sessionOf('f'.repeat(64))).toBeNull();
		expect(await roundsFor('west')).toHaveLength(outgoing.length);
	});

	it('notes all messages of one change, of whatever names, or none of them', async () => {
		const odd = [
			{ hospital: 'a "quoted" \\ {name}, null', step: 'one', digest: 'NULL' },
			{ hospital: 'west', step: 'one', digest: '' },
		];
		await store.change({ record, taken: odd, outgoing: [], answer: null });
		expect(new Set((await store.sessionOf(session))?.taken)).toEqual(new Set(odd));
		const next = { ...record, version: 2 };
		const again = [...taken('two'), { hospital: 'west', step: 'one', digest: 'other' }];
		await expect(
			store.change({ record: next, taken: again, outgoing: [to('west', 1)], answer: null }),
		).rejects.toMatchObject({ sqlState: '23505' });
		expect(await store.sessionOf(session)).toMatchObject({ record: next, taken: { length: odd.length } });
		expect(await roundsFor('west')).toEqual([]);
	});

	it('keeps nothing of a change whose step was taken before', async () => {
		await store.change({ record, taken: taken('one'), outgoing: [], answer: null });
		const again = store.change({
			record: { ...record, step: 'masked', version: 2 },
			taken: taken('one'),
			outgoing: [],
			answer: null,
		});
		await expect(again).rejects.toMatchObject({ name: 'DatabaseFault', sqlState: '23505' });
		expect(await store.session(session)).toEqual({ ...record, version: 2 });
	});
});
