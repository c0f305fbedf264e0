import { kindOfPacked, type ToNode } from '@cordon/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqlPreparedStore } from '../adapters/sql-prepared-store.ts';
import type { FakeMember } from '../testing/fake-member.ts';
import { ask, getQuery, question } from '../testing/researcher.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../testing/test-policy.ts';

let coordinator: TestCoordinator;
let members: readonly FakeMember[];

async function start(policy: Partial<typeof testPolicy> = {}): Promise<void> {
	coordinator = await testCoordinator({
		founding: { ...testFounding, policy: { ...testPolicy, ...policy } },
		preparedSessions: 1,
	});
	members = await foundNetwork(coordinator);
}

/** Every hospital works until nobody has anything left to do; the kinds of what each heard, in order. */
async function workAll(counts: readonly number[], who = members): Promise<readonly string[]> {
	const heard: string[] = [];
	for (let round = 0; round < 10; round += 1) {
		let isBusy = false;
		for (const member of who) {
			const first = member === who[0];
			const worked = await member.work(counts, (message) => {
				if (first) heard.push(kindOf(message));
				return true;
			});
			isBusy = isBusy || worked;
		}
		if (!isBusy) return heard;
	}
	return heard;
}

function kindOf(message: ToNode): string {
	if (message.kind !== 'secagg') return message.kind;
	return kindOfPacked(Buffer.from(message.body, 'base64url')) ?? 'none';
}

const sweep = (): Promise<void> => coordinator.parts.pipeline.sweep();
const waiting = () => sqlPreparedStore(coordinator.database).all();
const saidReady = (): readonly string[] =>
	coordinator.logged.filter((line) => line.startsWith('session-prepared '));
const noised = (): Promise<string> => ask(coordinator, question('noised'));

describe('sessions prepared ahead', () => {
	beforeEach(() => start());

	it('exchange keys while nothing is asked, one for each project and mechanism', async () => {
		await sweep();
		expect(await workAll([])).toEqual(['prepare', 'prepare', 'adverts', 'adverts', 'deliver', 'deliver']);
		const prepared = await waiting();
		expect(prepared.map(({ mechanism, collector }) => [mechanism, collector.phase])).toEqual(
			expect.arrayContaining([
				['noised', 'ready'],
				['exact', 'ready'],
			]),
		);
		await sweep();
		expect(await waiting()).toHaveLength(2);
		expect(saidReady().toSorted()).toEqual(
			prepared.map(({ session }) => `session-prepared ${JSON.stringify({ session })}`).toSorted(),
		);
	});

	it('let a question cost three exchanges, and are replaced when it is answered', async () => {
		await sweep();
		await workAll([]);
		const before = (await waiting()).find(({ mechanism }) => mechanism === 'noised')?.session;
		const id = await noised();
		await sweep();
		expect(await waiting()).toHaveLength(1);
		expect(await workAll([20])).toEqual(['open', 'inputs', 'signatures', 'end']);
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			cells: [{ value: 80, raw: 80 }],
			hospitals: { contributed: ['east', 'north', 'south', 'west'], absent: [] },
		});
		await sweep();
		await workAll([]);
		const after = await waiting();
		expect(after).toHaveLength(2);
		expect(after.map(({ session }) => session)).not.toContain(before);
	});

	it('serve each question with a session of its own', async () => {
		await sweep();
		await workAll([]);
		const [first, second] = [
			await noised(),
			await ask(coordinator, { ...question('noised'), purpose: 'HMB' }),
		];
		await workAll([20]);
		for (const id of [first, second])
			expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});

	it('are not asked before every hospital has shared its keys', async () => {
		await sweep();
		await workAll([], members.slice(1));
		expect(saidReady()).toEqual([]);
		const id = await noised();
		const heard = await workAll([20]);
		expect(heard.filter((kind) => kind === 'open')).toHaveLength(1);
		expect(heard).toContain('deliver');
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released' });
	});

	it('open over the others when one hospital does not hear the question', async () => {
		await sweep();
		await workAll([]);
		const id = await noised();
		await workAll([20], members.slice(1));
		coordinator.time.advance(testPolicy.sessionDeadlineMs / 2);
		await sweep();
		await workAll([20], members.slice(1));
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			cells: [{ value: 60 }],
			hospitals: { absent: [{ hospital: 'east', reason: 'no-answer' }] },
		});
	});

	it('are dropped, and the hospitals told so, when one refuses to prepare', async () => {
		await sweep();
		const [first] = (await members[0]?.poll()) ?? [];
		const session = first?.message.session ?? '';
		await members[0]?.send({ kind: 'refuse', session, code: 'unavailable' });
		expect((await waiting()).map((prepared) => prepared.session)).not.toContain(session);
		const left = (await waiting()).length;
		await sweep();
		expect(await waiting()).toHaveLength(left);
		const told = (await members[1]?.poll()) ?? [];
		expect(
			told.filter(({ message }) => message.session === session).map(({ message }) => message.kind),
		).toEqual(['end']);
	});

	it.each([
		['an hour later', 3_600_000],
		['in the next epoch', Date.UTC(2026, 11, 1) - Date.UTC(2026, 10, 23, 9, 30)],
	])('are dropped and made anew %s', async (_when, laterMs) => {
		await sweep();
		await workAll([]);
		const before = (await waiting()).map(({ session }) => session);
		coordinator.time.advance(laterMs);
		await sweep();
		const after = (await waiting()).map(({ session }) => session);
		expect(after.filter((session) => before.includes(session))).toEqual([]);
		expect(after).toHaveLength(2);
	});

	it('are given up, and rested from, when they do not become ready in a session`s time', async () => {
		await sweep();
		await workAll([], members.slice(1));
		coordinator.time.advance(testPolicy.sessionDeadlineMs);
		await sweep();
		expect(await waiting()).toEqual([]);
		coordinator.time.advance(59_000);
		await sweep();
		expect(await waiting()).toEqual([]);
		coordinator.time.advance(1_000);
		await sweep();
		expect(await waiting()).toHaveLength(2);
	});

	it('do not exist in a plain network', async () => {
		await start({ aggregation: 'plain' });
		await sweep();
		expect(await waiting()).toEqual([]);
	});

	it('are asked once, by one of two processes', async () => {
		await sweep();
		await workAll([]);
		const [prepared] = await waiting();
		if (prepared === undefined) throw new Error('nothing is prepared');
		const store = sqlPreparedStore(coordinator.database);
		expect(await Promise.all([store.take(prepared), store.take(prepared)])).toEqual(
			expect.arrayContaining([true, false]),
		);
	});

	it('hold no word of a question while they wait', async () => {
		await sweep();
		await workAll([]);
		expect((await waiting()).map(({ collector }) => collector.question)).toEqual([null, null]);
	});
});
