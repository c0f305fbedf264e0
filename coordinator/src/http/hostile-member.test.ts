// Whatever a member sends, and whoever claims to be one: never a 500 that comes again when the message does.

import {
	type CborValue,
	type Envelope,
	encodeCbor,
	type SigningSeed,
	sealEnvelope,
	signBytes,
} from '@cordon/shared';
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

/** Bytes in the place of a body. */
class Raw {
	readonly bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}
}

/** COSE_Sign1 by hand: the parts of the payload, then the body as it is. */
function sealRaw(content: Omit<Envelope, 'body'>, body: Uint8Array, seed: SigningSeed): Uint8Array {
	const { from, to, kind, id, timeMs } = content;
	const before = encodeCbor([from, to, kind, id, timeMs, 0]).subarray(0, -1);
	const payload = new Uint8Array(Buffer.concat([before, body]));
	const header = Uint8Array.of(0xa1, 0x01, 0x32);
	const signed = encodeCbor(['Signature1', header, Buffer.from('cordon-envelope/2'), payload]);
	return encodeCbor([header, {}, payload, signBytes(seed, signed)]);
}

/** As a program that is not ours would sign it: any value, and bytes that are none. */
function sealed(body: CborValue | Raw, kind: string, hospital = 'east'): Uint8Array {
	const content = { from: hospital, to: 'coordinator', kind, id: '1', timeMs: coordinator.time.nowMs() };
	return body instanceof Raw
		? sealRaw(content, body.bytes, seedOf(hospital))
		: sealEnvelope({ ...content, body }, seedOf(hospital));
}

function sendSealed(path: string, envelope: Uint8Array): Promise<Response> {
	return Promise.resolve(coordinator.app.request(path, { method: 'POST', body: new Uint8Array(envelope) }));
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

/** The same and more in CBOR: values as a program of ours would write them, and bytes as none would. */
const extremeBodies: readonly (CborValue | Raw)[] = [
	...[null, true, 0, -1, 2 ** 53, 0.5, '', '\u0000', '\u202e', '1e5', '99999999999999999999'],
	...['9'.repeat(5_000), 'A'.repeat(500_000), 'A'.repeat(43), 'A'.repeat(86)],
	...[[], [null], Array(5_000).fill(null), {}, { kind: { toString: 1 } }, { toString: 1, valueOf: 1 }],
	...[new Uint8Array(0), new Uint8Array(1), new Uint8Array(500_000)],
	...['8101', '8103', '82035840', '9818', '98ff', '9a00ffffff', '840141004100', '8510'].map(bytesOf),
	...Array.from({ length: 24 }, (_, kind) => Uint8Array.of(0x82, kind, 0xf6)),
	...[
		// Infinity, NaN, -0, undefined, a bigint, a tag, a lone break, an open array, half of a surrogate pair.
		...['f97c00', 'f97e00', 'f98000', 'f7', 'c249010000000000000000', 'd90100f6', 'ff', '9fff', '63eda080'],
		// A key twice, a key that is no text, __proto__, lengths that never come, lengths spelt too long.
		...['a2616100616101', 'a10000', 'a1695f5f70726f746f5f5fa0', '5affffffff', '7bffffffffffffffff', '1800'],
		'9bffffffffffffffff',
		'81'.repeat(200_000),
		'd8'.repeat(100_000),
	].map((hex) => new Raw(bytesOf(hex))),
];

function bytesOf(hex: string): Uint8Array {
	return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function messagesOf(session: string): readonly Readonly<Record<string, CborValue>>[] {
	const key = new Uint8Array(32);
	const signature = new Uint8Array(64);
	const packed = (value: CborValue): CborValue => encodeCbor(value);
	return [
		{ kind: 'refuse', session, code: 'no-budget' },
		{ kind: 'secagg', session, body: new Uint8Array(0) },
		{ kind: 'secagg', session, body: packed([0, 'e', key, key, key, signature]) },
		{ kind: 'secagg', session, body: packed([1, new Uint8Array(4), new Uint8Array(4 * 94), signature]) },
		{ kind: 'secagg', session, body: packed([2, new Uint8Array(8), key, signature]) },
		{ kind: 'secagg', session, body: packed([3, signature]) },
		{ kind: 'secagg', session, body: packed([4, new Uint8Array(4), new Uint8Array(4 * 33), signature]) },
		{ kind: 'plain', session, epoch: '2026-11', k: 11, cells: ['15'] },
	];
}

function text(parts: Readonly<Record<string, string>>): string {
	return `{${Object.entries(parts)
		.map(([name, value]) => `${JSON.stringify(name)}:${value}`)
		.join()}}`;
}

/** Each message with each of its parts replaced by each extreme value, with one part more, and the extremes alone. */
function* mutations(session: string): Generator<CborValue | Raw> {
	yield* extremeBodies;
	for (const message of messagesOf(session)) {
		yield message;
		for (const name of [...Object.keys(message), 'more', '__proto__']) {
			for (const value of extremeBodies) if (!(value instanceof Raw)) yield { ...message, [name]: value };
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
			const { status } = await sendSealed('/v1/messages', sealed(body, 'session'));
			if (!isAnswered(status)) failures.push(JSON.stringify(body)?.slice(0, 200) ?? 'undefined');
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
		['/v1/poll', 'poll', { after: 0, waitMs: 0 }],
		['/v1/manifest/signatures', 'manifest-signature', { hash: '00', signature: '00' }],
	])('%s answers any body', async (path, kind, parts) => {
		const failures: string[] = [];
		for (const name of [...Object.keys(parts), 'more']) {
			for (const value of extremeBodies) {
				const body = value instanceof Raw ? value : { ...parts, [name]: value };
				const { status } = await sendSealed(path, sealed(body, kind));
				if (!isAnswered(status)) failures.push(JSON.stringify(body).slice(0, 200));
			}
		}
		expect(failures).toEqual([]);
	});

	it('answer any bytes in place of an envelope', async () => {
		const failures: string[] = [];
		for (const path of ['/v1/messages', '/v1/poll', '/v1/manifest/signatures']) {
			for (const value of extremeBodies) {
				const bytes = value instanceof Raw ? value.bytes : encodeCbor(value);
				const { status } = await sendSealed(path, bytes);
				if (status !== 400) failures.push(`${path} ${Buffer.from(bytes).toString('hex').slice(0, 100)}`);
			}
		}
		expect(failures).toEqual([]);
	});

	it('answer any text in place of an envelope', async () => {
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
