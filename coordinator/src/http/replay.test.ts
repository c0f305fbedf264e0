import { rowsOf, type ToCoordinator } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPipeline } from '../pipeline.ts';
import type { FakeMember } from '../testing/fake-member.ts';
import { ask, getQuery, question } from '../testing/researcher.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../testing/test-policy.ts';
import { createApp } from './create-app.ts';

let coordinator: TestCoordinator;
let members: readonly FakeMember[];

const counts = [30, 31, 32, 33];
const total = 126;
const dayMs = 86_400_000;

async function start(aggregation: 'secure' | 'plain' = 'secure'): Promise<void> {
	const founding = { ...testFounding, policy: { ...testPolicy, aggregation } };
	coordinator = await testCoordinator({ founding });
	members = await foundNetwork(coordinator);
}

/** Every hospital works until nobody has anything left to do; the more patients, the later it is. */
async function workAll(more = 0): Promise<void> {
	for (let round = 0; round < 10; round += 1) {
		const worked = [];
		for (const [at, member] of members.entries()) worked.push(await member.work([(counts[at] ?? 0) + more]));
		if (!worked.includes(true)) return;
	}
}

/** As sent, byte for byte. */
async function textOf(id: string, person = 'alice', app = coordinator.app): Promise<string> {
	const headers = { authorization: `DPoP ${person}`, dpop: 'proof' };
	return (await app.request(`/v1/queries/${id}`, { headers })).text();
}

async function released(asked: object, person = 'alice'): Promise<{ id: string; text: string }> {
	const id = await ask(coordinator, asked, person);
	await workAll();
	return { id, text: await textOf(id, person) };
}

/** What hospitals have been sent of this query, by kind. */
async function sentKinds(): Promise<readonly string[]> {
	const rows = await coordinator.database.read((tx) => tx.execute(sql`select message from outgoing`));
	return rowsOf(rows).map((row) => (JSON.parse(String(row['message'])) as { kind: string }).kind);
}

// A signed request differs each time it is made; here it is the question's text.
const again = (mechanism: 'noised' | 'exact' = 'exact') => question(mechanism, { title: 'once more' });

describe('a question that was answered before', () => {
	beforeEach(() => start());

	it('is answered to the same person with the same bytes at once, and no hospital hears of it', async () => {
		const first = await released(question('exact'));
		const id = await ask(coordinator, again());
		expect(id).not.toBe(first.id);
		expect(await textOf(id)).toBe(first.text);
		expect(JSON.parse(first.text)).toMatchObject({ id: first.id, cells: [{ value: total }] });
		expect(await sentKinds()).not.toContain('open');
		expect(coordinator.entries.map(({ key }) => key.split('/')[0])).toEqual(
			expect.arrayContaining(['joined', 'ended']),
		);
	});

	it('is answered to another person once every contributor permits it', async () => {
		const first = await released(question('noised'));
		const id = await ask(coordinator, again('noised'), 'bob');
		expect(await sentKinds()).toEqual(['replay', 'replay', 'replay', 'replay']);
		expect(await getQuery(coordinator, id, 'bob')).toMatchObject({ status: 'running' });
		for (const member of members.slice(0, 3)) await member.work([]);
		expect(await getQuery(coordinator, id, 'bob')).toMatchObject({
			status: 'running',
			progress: { answered: 0, of: 4 },
		});
		await members[3]?.work([]);
		expect(await textOf(id, 'bob')).toBe(first.text);
		const entry = coordinator.entries.findLast(({ key }) => key.startsWith('ended/'));
		expect(entry?.body).toMatchObject({
			event: 'replayed',
			replayOf: first.id,
			permitted: ['east', 'north', 'south', 'west'],
		});
	});

	it.each(['noised', 'exact'] as const)('is refused where one hospital says no: %s', async (mechanism) => {
		await released(question(mechanism));
		const id = await ask(coordinator, again(mechanism), 'bob');
		const [open] = (await members[0]?.poll()) ?? [];
		const session = open?.message.session ?? '';
		await members[0]?.send({ kind: 'refuse', session, code: 'not-permitted' });
		await workAll();
		const answer = await getQuery(coordinator, id, 'bob');
		expect(answer).toMatchObject({ status: 'refused', code: 'not-permitted', id });
		expect(answer).not.toHaveProperty('cells');
	});

	it('is withheld where one hospital says nothing in time', async () => {
		await released(question('exact'));
		const id = await ask(coordinator, again(), 'bob');
		for (const member of members.slice(1)) await member.work([]);
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 2) / 3);
		await coordinator.parts.pipeline.sweep();
		const answer = await getQuery(coordinator, id, 'bob');
		expect(answer).toMatchObject({ status: 'withheld', code: 'too-few-hospitals' });
		expect(answer).not.toHaveProperty('cells');
	});

	it('takes leave from no hospital twice, none that was not asked, and none without a replay', async () => {
		const first = await ask(coordinator, question('noised'));
		const { session } = (await members[0]?.poll())?.[0]?.message ?? { session: '' };
		expect(await members[0]?.send({ kind: 'permit', session })).toBe(409);
		// West takes no part in the release, so it has no say in it.
		await members[3]?.send({ kind: 'refuse', session, code: 'no-budget' });
		const west = members[3];
		members = members.slice(0, 3);
		await workAll();
		expect(await getQuery(coordinator, first)).toMatchObject({ status: 'released' });
		await ask(coordinator, again('noised'), 'bob');
		expect((await sentKinds()).filter((kind) => kind === 'replay')).toHaveLength(3);
		const [replay] = (await members[0]?.poll()) ?? [];
		expect(await west?.send({ kind: 'permit', session: replay?.message.session ?? '' })).toBe(409);
		const permit: ToCoordinator = { kind: 'permit', session: replay?.message.session ?? '' };
		expect(await members[0]?.send(permit)).toBe(200);
		expect(await members[0]?.send(permit)).toBe(200);
		expect(coordinator.entries.filter(({ key }) => key === `ended/${permit.session}`)).toEqual([]);
	});

	it('is recognised in other words: operands in another order, doubled, nested', async () => {
		const [a, b] = [{ gene: { symbol: 'IDH1' } }, { imaging: { modality: 'MR' } }];
		const first = await released(question('noised', { cohort: { all: [a, b] } }));
		const id = await ask(coordinator, question('noised', { cohort: { all: [b, { all: [a, b] }] } }));
		expect(await textOf(id)).toBe(first.text);
	});

	it('is served inside the month though patients withdrew since, and a new question is computed without them', async () => {
		const first = await released(question('exact'));
		const id = await ask(coordinator, again());
		await workAll(-5);
		expect(await textOf(id)).toBe(first.text);
		const other = await ask(coordinator, question('exact', { ask: { exists: {} } }));
		await workAll(-5);
		expect(await getQuery(coordinator, other)).toMatchObject({
			status: 'released',
			requestHash: expect.any(String),
		});
		expect(await textOf(other)).not.toBe(first.text);
	});

	it('is computed anew in the next month', async () => {
		const first = await released(question('exact'));
		coordinator.time.advance(8 * dayMs);
		const id = await ask(coordinator, again());
		await workAll(1);
		expect(await getQuery(coordinator, id)).toMatchObject({ id, cells: [{ value: total + 4 }] });
		expect(await textOf(first.id)).toBe(first.text);
	});

	it.each([
		['for another purpose', { purpose: 'GRU' }],
		['with another epsilon', { release: { mechanism: 'noised', epsilon: 0.4 } }],
		['under the other mechanism', { release: { mechanism: 'exact' } }],
	])('is computed anew %s', async (_what, changes) => {
		await released(question('noised'));
		const id = await ask(coordinator, question('noised', changes));
		expect(await sentKinds()).toContain('open');
		await workAll();
		expect(await getQuery(coordinator, id)).toMatchObject({ id, status: 'released' });
	});

	it('is computed anew where it was withheld before', async () => {
		const first = await ask(coordinator, question('exact'));
		coordinator.time.advance(testPolicy.sessionDeadlineMs);
		await coordinator.parts.pipeline.sweep();
		expect(await getQuery(coordinator, first)).toMatchObject({ status: 'withheld' });
		const { id } = await released(again());
		expect(await getQuery(coordinator, id)).toMatchObject({ id, status: 'released' });
	});

	it('is the same query where the same signed request comes again', async () => {
		await released(question('exact'));
		const id = await ask(coordinator, again());
		expect(await ask(coordinator, again())).toBe(id);
	});
});

describe('a question that is being answered', () => {
	beforeEach(() => start());

	it('is waited for by the next who ask, and computed once', async () => {
		const first = await ask(coordinator, question('exact'));
		const own = await ask(coordinator, again());
		const bobs = await ask(coordinator, question('exact', { title: 'and for bob' }), 'bob');
		expect((await sentKinds()).filter((kind) => kind === 'open')).toHaveLength(4);
		await workAll();
		await coordinator.parts.pipeline.sweep();
		await workAll();
		const text = await textOf(first);
		expect(JSON.parse(text)).toMatchObject({ id: first, status: 'released' });
		expect(await textOf(own)).toBe(text);
		expect(await textOf(bobs, 'bob')).toBe(text);
	});

	it('is computed once where many ask at the same moment', async () => {
		const ids = await Promise.all(
			Array.from({ length: 6 }, (_, at) => ask(coordinator, question('noised', { title: `${at}` }))),
		);
		expect((await sentKinds()).filter((kind) => kind === 'open')).toHaveLength(4);
		await workAll();
		await coordinator.parts.pipeline.sweep();
		const texts = new Set(await Promise.all(ids.map((id) => textOf(id))));
		expect(texts.size).toBe(1);
		expect([...texts][0]).toContain('"released"');
	});

	it('is taken over by one that waited, where the first came to nothing', async () => {
		const first = await ask(coordinator, question('exact'));
		coordinator.time.advance(1000);
		const second = await ask(coordinator, again(), 'bob');
		const third = await ask(coordinator, question('exact', { title: 'a third time' }), 'bob');
		coordinator.time.advance(testPolicy.sessionDeadlineMs - 1000);
		for (let turn = 0; turn < 3; turn += 1) {
			await coordinator.parts.pipeline.sweep();
			await workAll();
		}
		expect(await getQuery(coordinator, first)).toMatchObject({ status: 'withheld' });
		const texts = [await textOf(second, 'bob'), await textOf(third, 'bob')];
		expect(texts[0]).toBe(texts[1]);
		expect(JSON.parse(texts[0] ?? '')).toMatchObject({ status: 'released', cells: [{ value: total }] });
	});

	it('ends as unavailable for one that waited until its own deadline', async () => {
		await ask(coordinator, question('exact'));
		const id = await ask(coordinator, again());
		coordinator.time.advance(testPolicy.sessionDeadlineMs);
		const [waiting] = (await coordinator.parts.sessions.running()).filter(({ query }) => query === id);
		if (waiting === undefined) throw new Error('nobody waits');
		// Only the waiting one is looked at: the first may be another coordinator's, which is slow.
		const { sessions } = coordinator.parts;
		const alone = { ...coordinator.parts, sessions: { ...sessions, running: async () => [waiting] } };
		await createPipeline(alone).sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'withheld', code: 'unavailable' });
	});
});

describe('the release store', () => {
	it('outlives a restart of the coordinator', async () => {
		await start();
		const first = await released(question('noised'));
		const restarted = { ...coordinator.parts, pipeline: createPipeline(coordinator.parts) };
		coordinator = { ...coordinator, parts: restarted, app: createApp(restarted) };
		const id = await ask(coordinator, again('noised'));
		expect(await textOf(id)).toBe(first.text);
	});

	it('is one for two coordinators on one database, and for hospitals that answer to either', async () => {
		await start();
		const other = { ...coordinator.parts, pipeline: createPipeline(coordinator.parts) };
		const standby = { ...coordinator, parts: other, app: createApp(other) };
		const both = [ask(coordinator, question('noised')), ask(standby, again('noised'), 'bob')];
		const [first = '', second = ''] = await Promise.all(both);
		expect((await sentKinds()).filter((kind) => kind === 'open')).toHaveLength(4);
		for (let turn = 0; turn < 2; turn += 1) {
			await workAll();
			await Promise.all([coordinator.parts.pipeline.sweep(), other.pipeline.sweep()]);
		}
		await workAll();
		expect(await textOf(first)).toContain('"released"');
		expect(await textOf(second, 'bob', standby.app)).toBe(await textOf(first));
	});

	it('goes on where a coordinator died between the last leave and the answer', async () => {
		await start();
		const first = await released(question('noised'));
		const id = await ask(coordinator, again('noised'), 'bob');
		const { sessions, pipeline } = coordinator.parts;
		let isDead = false;
		const dying = {
			...coordinator.parts,
			sessions: {
				...sessions,
				session: async (session: string) => {
					if (isDead) throw new Error('dead');
					return sessions.session(session);
				},
			},
		};
		const half = createPipeline(dying);
		const session = (await sessions.running()).find(({ query }) => query === id)?.session ?? '';
		isDead = true;
		for (const { hospital } of members) {
			await half.take(hospital, { kind: 'permit', session }).catch(() => undefined);
		}
		expect(await getQuery(coordinator, id, 'bob')).toMatchObject({ status: 'running' });
		coordinator.time.advance(testPolicy.sessionDeadlineMs);
		await pipeline.sweep();
		expect(await textOf(id, 'bob')).toBe(first.text);
	});

	it('keeps neither token nor request of a replay that has ended', async () => {
		await start();
		await released(question('noised'));
		await ask(coordinator, again('noised'), 'bob');
		await workAll();
		const rows = await coordinator.database.read((tx) => tx.execute(sql`select merge from session`));
		expect(rowsOf(rows).every((row) => row['merge'] === null)).toBe(true);
		expect(await sentKinds()).not.toContain('replay');
	});

	it('works in a plain network', async () => {
		await start('plain');
		const first = await released(question('noised'));
		const id = await ask(coordinator, again('noised'), 'bob');
		await workAll();
		expect(await textOf(id, 'bob')).toBe(first.text);
	});
});
