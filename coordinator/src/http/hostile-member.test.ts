// Whatever a member sends, and whoever claims to be one: never a 500 that comes again when the message does.

import { sealEnvelope, signBytes, toBase64Url } from '@cordon/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { issueInvitation } from '../membership/invitation.ts';
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

/** As a program that is not ours would sign it: any JSON text, also one that has no canonical form. */
function sealed(body: string, kind: string, hospital = 'east'): string {
	const nowMs = coordinator.time.nowMs();
	const content = { from: hospital, to: 'coordinator', kind, id: '1', timeMs: nowMs, body: 0 };
	const [head = ''] = sealEnvelope(content, seedOf(hospital)).split('.');
	const payload = JSON.stringify(content).replace('"body":0', () => `"body":${body}`);
	const signed = `${head}.${toBase64Url(Buffer.from(payload))}`;
	return `${signed}.${toBase64Url(signBytes(seedOf(hospital), Buffer.from(signed)))}`;
}

function post(path: string, body: string): Promise<Response> {
	const headers = { 'content-type': 'application/json' };
	return Promise.resolve(coordinator.app.request(path, { method: 'POST', headers, body }));
}

const isAnswered = (status: number): boolean => status >= 200 && status < 500;
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Values that break programs, as JSON text. */
const extremes: readonly string[] = [
	'null',
	'true',
	'0',
	'-0',
	'-1',
	'1e400',
	'1e-400',
	'9007199254740993',
	'""',
	'"\\u0000"',
	'"\\ud800"',
	'"\\u202e"',
	'"1e5"',
	'"-0"',
	'"99999999999999999999"',
	'"9223372036854775808"',
	`"${'9'.repeat(5_000)}"`,
	`"${'A'.repeat(500_000)}"`,
	'[]',
	'[null]',
	`[${Array(5_000).fill('null').join()}]`,
	'{}',
	'{"__proto__":{"kind":"refuse"}}',
	'{"toString":1,"valueOf":1}',
	'{"toJSON":{}}',
	'{"kind":{"toString":1}}',
	'{"kind":"advertise\\u0000"}',
	nested(2_000),
	nested(200_000),
];

function messagesOf(session: string): readonly Readonly<Record<string, string>>[] {
	const id = JSON.stringify(session);
	const signature = JSON.stringify('A'.repeat(86));
	const key = JSON.stringify('A'.repeat(43));
	const advert = { kind: '"advertise"', hospital: '"east"', epoch: '"e"', channelKey: key, maskKey: key };
	return [
		{ kind: '"refuse"', session: id, code: '"no-budget"' },
		{ kind: '"secagg"', session: id, body: '{}' },
		{ kind: '"secagg"', session: id, body: text({ ...advert, commitment: key, signature }) },
		{ kind: '"secagg"', session: id, body: text({ kind: '"consistency"', hospital: '"east"', signature }) },
		{ kind: '"plain"', session: id, epoch: '"2026-11"', k: '11', cells: '["15"]' },
	];
}

function text(parts: Readonly<Record<string, string>>): string {
	return `{${Object.entries(parts)
		.map(([name, value]) => `${JSON.stringify(name)}:${value}`)
		.join()}}`;
}

/** Each message with each of its parts replaced by each extreme value, with one part more, and the extremes alone. */
function* mutations(session: string): Generator<string> {
	yield* extremes;
	for (const message of messagesOf(session)) {
		for (const name of [...Object.keys(message), 'more', '__proto__']) {
			for (const value of extremes) yield text({ ...message, [name]: value });
		}
	}
}

describe.each(['secure', 'plain'] as const)('a member of a %s network that sends anything', (aggregation) => {
	it('is never answered with 500, and the session goes on without it', async () => {
		await start({ aggregation });
		const id = await ask(coordinator, question('noised'));
		const [open] = (await members[0]?.poll()) ?? [];
		const failures: string[] = [];
		for (const body of mutations(open?.message.session ?? '')) {
			const { status } = await post('/v1/messages', JSON.stringify({ envelope: sealed(body, 'session') }));
			if (!isAnswered(status)) failures.push(body.slice(0, 200));
		}
		expect(failures).toEqual([]);
		expect(coordinator.logged.join()).not.toContain('request-failed');
		for (let round = 0; round < 8; round += 1) {
			for (const member of members.slice(1)) await member.work([20]);
			await coordinator.parts.pipeline.sweep();
		}
		coordinator.time.advance((testPolicy.sessionDeadlineMs * 2) / 3);
		await coordinator.parts.pipeline.sweep();
		for (let round = 0; round < 8; round += 1) for (const member of members.slice(1)) await member.work([20]);
		expect(await getQuery(coordinator, id)).toMatchObject({
			status: expect.stringMatching(/released|withheld/),
		});
	});
});

describe('the routes of members', () => {
	beforeEach(() => start());

	it.each([
		['/v1/poll', 'poll', { after: '0', waitMs: '0' }],
		['/v1/manifest/signatures', 'manifest-signature', { hash: '"00"', signature: '"00"' }],
	])('%s answers any body', async (path, kind, parts) => {
		const failures: string[] = [];
		for (const name of [...Object.keys(parts), 'more']) {
			for (const value of extremes) {
				const body = text({ ...parts, [name]: value });
				const { status } = await post(path, JSON.stringify({ envelope: sealed(body, kind) }));
				if (!isAnswered(status)) failures.push(body.slice(0, 200));
			}
		}
		expect(failures).toEqual([]);
	});

	it('answer anything in place of an envelope', async () => {
		const failures: string[] = [];
		for (const path of ['/v1/messages', '/v1/poll', '/v1/manifest/signatures', '/v1/queries']) {
			for (const value of extremes) {
				for (const body of [value, text({ envelope: value }), text({ token: value, request: '"{}"' })]) {
					const { status } = await post(path, body);
					if (!isAnswered(status)) failures.push(`${path} ${body.slice(0, 100)}`);
				}
			}
		}
		expect(failures).toEqual([]);
	});
});

describe('POST /v1/members/enrol', () => {
	const enrolment = {
		hospital: '"east"',
		name: '"East"',
		secret: '"s"',
		identityKey: JSON.stringify('A'.repeat(43)),
		logKey: JSON.stringify('B'.repeat(43)),
		k: '11',
		signature: JSON.stringify('A'.repeat(86)),
	};

	it('answers any body', async () => {
		coordinator = await testCoordinator();
		const failures: string[] = [];
		for (const name of Object.keys(enrolment)) {
			for (const value of extremes) {
				const body = text({ ...enrolment, [name]: value });
				const { status } = await post('/v1/members/enrol', body);
				if (!isAnswered(status)) failures.push(body.slice(0, 200));
			}
		}
		expect(failures).toEqual([]);
	});

	it('refuses a k under the network`s, with which no manifest would ever be in force', async () => {
		coordinator = await testCoordinator();
		const { app, parts, time } = coordinator;
		const { secret, stored } = issueInvitation('east', parts.random, parts.clock);
		await parts.membership.invite(stored);
		const setup = { hospital: 'east', app, nowMs: time.nowMs, seed: seedOf('east') };
		const low = await new FakeMember({ ...setup, k: 10 }).enrol(secret);
		expect(low.status).toBe(400);
		expect(await low.json()).toMatchObject({ code: 'malformed', issues: [{ path: '/k' }] });
		expect((await new FakeMember({ ...setup, k: 11 }).enrol(secret)).status).toBe(200);
	});
});
