import { kindOfPacked, rowsOf, type ToNode } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyAnswer } from '../release/compose-answer.ts';
import { FakeMember } from '../testing/fake-member.ts';
import { ask, getQuery, question } from '../testing/researcher.ts';
import { seedOf } from '../testing/seeded.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../testing/test-policy.ts';

let coordinator: TestCoordinator;
let members: readonly FakeMember[];

async function start(policy: Partial<typeof testPolicy> = {}): Promise<void> {
	coordinator = await testCoordinator({
		founding: { ...testFounding, policy: { ...testPolicy, ...policy } },
	});
	members = await foundNetwork(coordinator);
}

/** Every hospital works until nobody has anything left to do. */
async function workAll(counts: readonly (readonly number[])[], who = members): Promise<void> {
	for (let round = 0; round < 10; round += 1) {
		const worked = [];
		for (const [at, member] of who.entries()) worked.push(await member.work(counts[at] ?? []));
		if (!worked.includes(true)) return;
	}
}

async function everyRow(): Promise<string> {
	const tables = rowsOf(
		await coordinator.database.read((tx) =>
			tx.execute(sql`select tablename from pg_tables where schemaname = 'public'`),
		),
	);
	const texts: string[] = [];
	for (const { tablename } of tables) {
		const rows = await coordinator.database.read((tx) =>
			tx.execute(sql`select * from ${sql.identifier(String(tablename))}`),
		);
		texts.push(JSON.stringify(rowsOf(rows)));
	}
	return texts.join('\n');
}

const isOpen = (message: ToNode): boolean => message.kind === 'open';
const bodyKind = (message: ToNode): string =>
	message.kind === 'secagg' ? (kindOfPacked(Buffer.from(message.body, 'base64url')) ?? 'none') : message.kind;

describe('a session of secure aggregation', () => {
	beforeEach(() => start());

	it('releases the sum of four hospitals, signed, with who contributed', async () => {
		const id = await ask(coordinator, question('exact'));
		await workAll([[30], [31], [32], [33]]);
		const answer = await getQuery(coordinator, id);
		expect(answer).toMatchObject({
			status: 'released',
			ask: 'count',
			mechanism: 'exact',
			k: 11,
			aggregation: 'secure',
			cells: [{ key: [], value: 126, interval: [126, 126] }],
			hospitals: { contributed: ['east', 'north', 'south', 'west'], absent: [] },
			epochs: { east: '2026-11', north: '2026-11', south: '2026-11', west: '2026-11' },
		});
		const { manifest } = (await (await coordinator.app.request('/v1/manifest')).json()) as {
			manifest: { coordinator: { identityKey: string } };
		};
		expect(verifyAnswer(answer, manifest.coordinator.identityKey)).toBe(true);
	});

	it('hides a sum under the k that one contributor raised, though it is over the network`s', async () => {
		coordinator = await testCoordinator({ founding: { ...testFounding, policy: testPolicy } });
		members = await foundNetwork(coordinator, { south: 130 });
		const id = await ask(coordinator, question('exact'));
		await workAll([[30], [31], [32], [33]]);
		expect(await getQuery(coordinator, id)).toMatchObject({ k: 130, cells: [{ value: null }] });
	});

	it('opens over three when one refuses, and says so in coarse terms', async () => {
		const id = await ask(coordinator, question('noised'));
		const [first] = (await members[0]?.poll()) ?? [];
		const session = first?.message.session ?? '';
		await members[0]?.send({ kind: 'refuse', session, code: 'no-budget' });
		await workAll([[20], [20], [-2]], members.slice(1));
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			cells: [{ value: 38, raw: 38 }],
			noise: { hospitals: 2, contributors: 3 },
			claims: expect.arrayContaining([expect.stringContaining('If 2 did, it would be exp(')]),
			hospitals: {
				contributed: ['north', 'south', 'west'],
				absent: [{ hospital: 'east', reason: 'refused' }],
			},
		});
	});

	it('leaves out a hospital that has not been heard of after a third of the deadline', async () => {
		const id = await ask(coordinator, question('noised'));
		for (const member of members.slice(1)) await member.work([20]);
		await coordinator.parts.pipeline.sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'running',
			progress: { answered: 3, of: 4 },
		});
		coordinator.time.advance(testPolicy.sessionDeadlineMs / 3);
		await coordinator.parts.pipeline.sweep();
		await workAll([[20], [20], [20]], members.slice(1));
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			cells: [{ value: 60 }],
			hospitals: { absent: [{ hospital: 'east', reason: 'no-answer' }] },
		});
	});

	it('withholds with too-few-hospitals when two are never heard of', async () => {
		const id = await ask(coordinator, question('exact'));
		for (const member of members.slice(2)) await member.work([20]);
		coordinator.time.advance(testPolicy.sessionDeadlineMs / 3);
		await coordinator.parts.pipeline.sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'withheld', code: 'too-few-hospitals' });
	});

	it('is refused with the hospitals own code when all that refuse give the same', async () => {
		const id = await ask(coordinator, question('exact'));
		for (const member of members) {
			const [open] = await member.poll();
			await member.send({ kind: 'refuse', session: open?.message.session ?? '', code: 'not-permitted' });
		}
		const answer = await getQuery(coordinator, id);
		expect(answer).toMatchObject({ status: 'refused', code: 'not-permitted' });
		expect(answer).not.toHaveProperty('cells');
	});

	it('withholds with too-few-hospitals when refusals differ', async () => {
		const id = await ask(coordinator, question('exact'));
		for (const [at, member] of members.slice(0, 2).entries()) {
			const [open] = await member.poll();
			const code = at === 0 ? 'not-permitted' : 'no-budget';
			await member.send({ kind: 'refuse', session: open?.message.session ?? '', code });
		}
		for (const member of members.slice(2)) await member.work([1]);
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'withheld', code: 'too-few-hospitals' });
	});

	it.each(['refuses', 'falls silent'])(
		'goes on without a hospital that %s after advertising',
		async (how) => {
			const id = await ask(coordinator, question('noised'));
			for (const member of members) await member.work([20], isOpen);
			const [adverts] = (await members[0]?.poll()) ?? [];
			const others = members.slice(1);
			if (how === 'refuses') {
				await members[0]?.send({
					kind: 'refuse',
					session: adverts?.message.session ?? '',
					code: 'unavailable',
				});
			} else {
				for (const member of others) await member.work([20]);
				coordinator.time.advance((testPolicy.sessionDeadlineMs * 5) / 12);
				await coordinator.parts.pipeline.sweep();
			}
			for (let round = 0; round < 4; round += 1) for (const member of others) await member.work([20]);
			const answer = await getQuery(coordinator, id);
			expect(answer).toMatchObject({
				status: 'released',
				hospitals: {
					contributed: others.map(({ hospital }) => hospital),
					absent: [{ hospital: members[0]?.hospital, reason: 'left' }],
				},
			});
			expect(
				await members[0]?.send({
					kind: 'refuse',
					session: adverts?.message.session ?? '',
					code: 'unavailable',
				}),
			).toBe(how === 'refuses' ? 200 : 409);
		},
	);

	it('recovers the masks of a hospital that falls silent where its vector is awaited', async () => {
		const id = await ask(coordinator, question('noised'));
		for (const member of members) await member.work([20], isOpen);
		for (const member of members) await member.work([20]);
		const others = members.slice(1);
		for (const member of others) await member.work([20]);
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'running' });
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 3) / 4);
		await coordinator.parts.pipeline.sweep();
		const hospitals = members.map(({ hospital }) => ({ hospital, state: 'answering' }));
		expect(await getQuery(coordinator, id)).toMatchObject({ progress: { step: 'masked', hospitals } });
		for (let round = 0; round < 3; round += 1) for (const member of others) await member.work([20]);
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			hospitals: { contributed: others.map(({ hospital }) => hospital) },
			cells: [{ raw: 60 }],
		});
		expect(await members[0]?.work([20])).toBe(true);
		expect(await getQuery(coordinator, id)).toMatchObject({ cells: [{ raw: 60 }] });
	});

	it('loses nobody where the coordinator itself was away for most of the time', async () => {
		const id = await ask(coordinator, question('noised'));
		for (const member of members) await member.work([20], isOpen);
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 4) / 5);
		await coordinator.parts.pipeline.sweep();
		for (let round = 0; round < 4; round += 1) for (const member of members) await member.work([20]);
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			hospitals: { contributed: members.map(({ hospital }) => hospital), absent: [] },
		});
	});

	it('is withheld as unavailable when the deadline passes in the middle', async () => {
		const id = await ask(coordinator, question('exact'));
		for (const member of members) await member.work([20]);
		coordinator.time.advance(testPolicy.sessionDeadlineMs);
		await coordinator.parts.pipeline.sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'withheld', code: 'unavailable' });
	});

	it('takes no message after its deadline, even before the sweep', async () => {
		await ask(coordinator, question('exact'));
		const [open] = (await members[0]?.poll()) ?? [];
		coordinator.time.advance(testPolicy.sessionDeadlineMs);
		const refusal = { kind: 'refuse', session: open?.message.session ?? '', code: 'no-budget' } as const;
		expect(await members[0]?.send(refusal)).toBe(409);
	});

	it('hides a sum under k, and never stores or logs it', async () => {
		await start({ k: 5_000_000 });
		const id = await ask(coordinator, question('exact'));
		let seen = '';
		for (let round = 0; round < 8; round += 1) {
			for (const member of members) await member.work([700_003]);
			seen += await everyRow();
		}
		const answer = await getQuery(coordinator, id);
		expect(answer).toMatchObject({ status: 'released', cells: [{ value: null, interval: null }] });
		seen += `${JSON.stringify(answer)}${coordinator.logged.join()}${JSON.stringify(coordinator.entries)}`;
		expect(seen).not.toContain('2800012');
	});

	it('keeps no hospital’s number in any row, log line or audit entry, at any step', async () => {
		const secrets = [913_131, 727_273, 545_451, 818_183];
		const id = await ask(coordinator, question('exact'));
		let rows = '';
		for (let round = 0; round < 8; round += 1) {
			for (const [at, member] of members.entries()) {
				await member.work([secrets[at] ?? 0]);
				rows += await everyRow();
			}
		}
		const total = secrets.reduce((sum, value) => sum + value, 0);
		expect(await getQuery(coordinator, id)).toMatchObject({ cells: [{ value: total }] });
		const seen = `${rows}${coordinator.logged.join()}${JSON.stringify(coordinator.entries)}`;
		expect(seen).toContain('masked-input');
		for (const secret of secrets) {
			const bytes = Buffer.alloc(8);
			bytes.writeBigUInt64LE(BigInt(secret));
			for (const form of [String(secret), bytes.toString('base64url'), bytes.toString('hex')]) {
				expect(seen.includes(form)).toBe(false);
			}
		}
		expect(`${coordinator.logged.join()}${JSON.stringify(coordinator.entries)}`).not.toContain(String(total));
	});

	it('deletes collector state, undelivered messages and the token when it has ended', async () => {
		await ask(coordinator, question('exact'), 'token-of-alice');
		expect(await everyRow()).toContain('token-of-alice"');
		await workAll([[20], [20], [20], [20]]);
		const rows = rowsOf(await coordinator.database.read((tx) => tx.execute(sql`select merge from session`)));
		expect(rows).toEqual([{ merge: null }]);
		const outgoing = rowsOf(
			await coordinator.database.read((tx) => tx.execute(sql`select message from outgoing`)),
		);
		expect(JSON.stringify(outgoing)).not.toContain('token');
	});
});

describe('the transport of a session', () => {
	beforeEach(() => start());

	it('accepts the same message again without effect, and refuses a different one for the same step', async () => {
		await ask(coordinator, question('exact'));
		const [open] = (await members[0]?.poll()) ?? [];
		const session = open?.message.session ?? '';
		const refusal = { kind: 'refuse', session, code: 'no-budget' } as const;
		expect(await members[0]?.send(refusal)).toBe(200);
		expect(await members[0]?.send(refusal)).toBe(200);
		expect(await members[0]?.send({ ...refusal, code: 'unavailable' })).toBe(409);
	});

	it('delivers a message again with the same seq, until a poll acknowledges it', async () => {
		await ask(coordinator, question('exact'));
		const member = members[0];
		const [first] = (await member?.poll(0)) ?? [];
		expect((await member?.poll(0))?.map(({ seq }) => seq)).toEqual([first?.seq]);
		expect(await member?.poll(first?.seq)).toEqual([]);
		expect(await member?.poll(0)).toEqual([]);
	});

	it('never gives a seq twice, also after all earlier messages were deleted', async () => {
		const member = members[0];
		await ask(coordinator, question('exact'));
		const [first] = (await member?.poll(0)) ?? [];
		await member?.poll(first?.seq);
		await ask(coordinator, question('noised'));
		const [second] = (await member?.poll(0)) ?? [];
		expect(second?.seq).toBeGreaterThan(first?.seq ?? Number.NaN);
	});

	it('refuses a message of a hospital outside the session, and one for an unknown session', async () => {
		const refusal = { kind: 'refuse', session: 'ab'.repeat(32), code: 'no-budget' } as const;
		expect(await members[0]?.send(refusal)).toBe(409);
	});

	it('deals with messages that come at once one after the other', async () => {
		const id = await ask(coordinator, question('exact'));
		for (let round = 0; round < 7; round += 1) await Promise.all(members.map((member) => member.work([25])));
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 100 }] });
	});

	it('goes on when two coordinators on one database take the messages', async () => {
		const id = await ask(coordinator, question('exact'));
		const other = await testCoordinator({ database: coordinator.database });
		const apps = [coordinator.app, other.app];
		const turns = counting();
		const request = (path: string, init?: RequestInit): Response | Promise<Response> =>
			(apps[turns.next().value % 2] ?? coordinator.app).request(path, init);
		const roaming = members.map(
			({ hospital }) =>
				new FakeMember({ hospital, app: { request }, nowMs: coordinator.time.nowMs, seed: seedOf(hospital) }),
		);
		for (let round = 0; round < 7; round += 1) await Promise.all(roaming.map((member) => member.work([25])));
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 100 }] });
	});

	it('relays adverts, boxes, claims and signatures, and nothing else', async () => {
		await ask(coordinator, question('exact'));
		const kinds: string[] = [];
		for (let round = 0; round < 7; round += 1) {
			for (const [at, member] of members.entries()) {
				await member.work([25], (message) => at !== 0 || kinds.push(bodyKind(message)) > 0);
			}
		}
		expect(kinds).toEqual(['open', 'adverts', 'deliver', 'inputs', 'signatures', 'end']);
	});
});

describe('a session of plain aggregation', () => {
	beforeEach(() => start({ aggregation: 'plain' }));

	it('sums what the hospitals sent and deletes their counts', async () => {
		const id = await ask(coordinator, question('exact'));
		await workAll([[70_001], [70_002], [70_003], [70_004]]);
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: 'released',
			aggregation: 'plain',
			cells: [{ value: 280_010 }],
		});
		const rows = await everyRow();
		for (const count of ['70001', '70002', '70003', '70004']) expect(rows).not.toContain(count);
	});

	it('adds one full noise a hospital to its bounds', async () => {
		const id = await ask(coordinator, question('noised'));
		await workAll([[5], [6], [7], [8]]);
		expect(await getQuery(coordinator, id)).toMatchObject({
			cells: [{ raw: 26 }],
			noise: { hospitals: 1, contributors: 4 },
		});
	});

	it('goes on with two hospitals when the others are not heard of', async () => {
		const id = await ask(coordinator, question('noised'));
		for (const member of members.slice(2)) await member.work([40]);
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 2) / 3);
		await coordinator.parts.pipeline.sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'released', cells: [{ value: 80 }] });
	});

	it('withholds when only one hospital answered', async () => {
		const id = await ask(coordinator, question('exact'));
		await members[0]?.work([40]);
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 2) / 3);
		await coordinator.parts.pipeline.sweep();
		expect(await getQuery(coordinator, id)).toMatchObject({ status: 'withheld', code: 'too-few-hospitals' });
	});

	it('refuses counts that do not fit the plan, and accepts the right ones afterwards', async () => {
		await ask(coordinator, question('exact'));
		const [open] = (await members[0]?.poll()) ?? [];
		const shares = { kind: 'plain', session: open?.message.session ?? '', epoch: '2026-11', k: 11 } as const;
		expect(await members[0]?.send({ ...shares, cells: ['1', '2'] })).toBe(409);
		expect(await members[0]?.send({ ...shares, cells: ['1.5'] })).toBe(400);
		expect(await members[0]?.send({ ...shares, cells: ['15'] })).toBe(200);
	});
});

function* counting(): Generator<number, never> {
	for (let count = 0; ; count += 1) yield count;
}
