import { decodeCbor } from '@cordon/shared';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeMember } from '../testing/fake-member.ts';
import { ask, getQuery, question, submit } from '../testing/researcher.ts';
import { seedOf } from '../testing/seeded.ts';
import { foundNetwork, type TestCoordinator, testCoordinator } from '../testing/test-coordinator.ts';
import { testFounding, testPolicy } from '../testing/test-policy.ts';
import { progressTickMs } from './app-parts.ts';

let coordinator: TestCoordinator;
let members: readonly FakeMember[];

beforeEach(async () => {
	coordinator = await testCoordinator();
	members = await foundNetwork(coordinator);
});

async function refusalOf(response: Response): Promise<unknown> {
	return { http: response.status, ...((await response.json()) as object) };
}

describe('POST /v1/queries', () => {
	it('answers 202 with an id, and the same id for the same request', async () => {
		const first = await submit(coordinator, question('exact'));
		const second = await submit(coordinator, question('exact'));
		expect(first.status).toBe(202);
		expect(await second.json()).toEqual(await first.json());
		expect((await members[0]?.poll())?.length).toBe(1);
	});

	it('refuses another person who sends the same request', async () => {
		await ask(coordinator, question('exact'));
		const other = await submit(coordinator, question('exact'), 'bob');
		expect(await refusalOf(other)).toMatchObject({ http: 401, status: 'refused', code: 'not-authenticated' });
	});

	it('tells every mistake of a malformed question with its path and the nearest names', async () => {
		const asked = question('exact', { cohort: { gene: { symbol: 'IDH2' } }, extra: 1 });
		const refusal = await refusalOf(await submit(coordinator, asked));
		expect(refusal).toMatchObject({ http: 400, code: 'malformed' });
		expect(JSON.stringify(refusal)).toContain('/cohort/gene/symbol');
		expect(JSON.stringify(refusal)).toContain('IDH1');
	});

	it('says of a question above every cap of the policy that a smaller epsilon would do, and asks nobody', async () => {
		const policy = { ...testPolicy, allotments: { epsilonPerProjectMicros: 400_000 } };
		const strict = await testCoordinator({ founding: { ...testFounding, policy } });
		await foundNetwork(strict);
		const refused = await submit(strict, question('noised'));
		expect(refused.status).toBe(403);
		expect(await refused.json()).toMatchObject({
			code: 'no-budget',
			issues: [{ path: '/release/epsilon', message: expect.stringContaining('a smaller epsilon') }],
		});
		expect((await submit(strict, question('exact'))).status).toBe(202);
	});

	it('refuses an unknown project as not-permitted', async () => {
		const refusal = await refusalOf(await submit(coordinator, question('exact', { project: 'lung' })));
		expect(refusal).toMatchObject({ http: 403, code: 'not-permitted' });
	});

	it('refuses without a proof, with an expired token, and an altered request', async () => {
		const bare = await coordinator.app.request('/v1/queries', {
			method: 'POST',
			body: '{"token":"a","request":"{}"}',
		});
		expect(await refusalOf(bare)).toMatchObject({ http: 401, code: 'not-authenticated' });
		expect((await submit(coordinator, question('exact'), 'stranger')).status).toBe(401);
		expect(await refusalOf(await submit(coordinator, 'altered'))).toMatchObject({
			http: 401,
			code: 'not-authenticated',
		});
	});

	it('refuses a body that holds another token than the header', async () => {
		const response = await coordinator.app.request('/v1/queries', {
			method: 'POST',
			headers: { authorization: 'DPoP alice', dpop: 'p' },
			body: JSON.stringify({ token: 'bob', request: JSON.stringify(question('exact')) }),
		});
		expect(await refusalOf(response)).toMatchObject({ http: 401, code: 'not-authenticated' });
	});

	it('refuses a mechanism that the policy does not have, and too many cells', async () => {
		const policy = { ...testPolicy, mechanisms: ['noised'], maxCells: 2 } as const;
		coordinator = await testCoordinator({ founding: { ...testFounding, policy } });
		await foundNetwork(coordinator);
		expect(await refusalOf(await submit(coordinator, question('exact')))).toMatchObject({
			http: 403,
			code: 'not-permitted',
		});
		const wide = question('noised', { ask: { histogram: { of: 'sex' } } });
		expect(await refusalOf(await submit(coordinator, wide))).toMatchObject({
			http: 400,
			code: 'malformed',
			issues: [{ path: '/ask' }],
		});
	});

	it('refuses noise too large to be drawn where a patient may be at many hospitals', async () => {
		const policy = { ...testPolicy, hospitalsPerPatient: 100 };
		coordinator = await testCoordinator({ founding: { ...testFounding, policy } });
		await foundNetwork(coordinator);
		const fine = question('noised', { release: { mechanism: 'noised', epsilon: 0.01 } });
		expect(await refusalOf(await submit(coordinator, fine))).toMatchObject({
			http: 400,
			code: 'malformed',
			issues: [{ path: '/release/epsilon' }],
		});
		expect((await submit(coordinator, question('noised'))).status).toBe(202);
	});

	it('audits a refusal once, with its exact code and no text of the question', async () => {
		const before = coordinator.entries.length;
		await submit(coordinator, question('exact', { project: 'lung' }));
		await submit(coordinator, question('exact', { project: 'lung' }));
		const added = coordinator.entries.slice(before);
		expect(added).toMatchObject([
			{ stage: 'submit', decision: 'refused', body: { code: 'unknown-project', person: 'alice' } },
		]);
		expect(JSON.stringify(added)).not.toContain('IDH1');
	});

	it('audits a request that is altered, once its sender has proved who they are', async () => {
		const before = coordinator.entries.length;
		await submit(coordinator, 'altered');
		expect(coordinator.entries.slice(before)).toMatchObject([
			{ decision: 'refused', body: { code: 'request-altered', person: 'alice' } },
		]);
	});

	it('lets nobody without a token add more than one entry an hour to the log, and counts them', async () => {
		const flood = async (requests: number): Promise<void> => {
			for (let at = 0; at < requests; at += 1) {
				const asked = question('exact', { title: `flood ${at} ${coordinator.time.nowMs()}` });
				expect((await submit(coordinator, asked, 'stranger')).status).toBe(401);
			}
		};
		const before = coordinator.entries.length;
		await flood(30);
		await coordinator.parts.pipeline.sweep();
		await coordinator.app.request('/v1/queries', { method: 'POST', body: '{"token":"a","request":"{}"}' });
		// From half past nine on: two ends of an hour pass.
		for (let minute = 0; minute < 90; minute += 1) {
			coordinator.time.advance(60_000);
			await coordinator.parts.pipeline.sweep();
			if (minute === 45) await flood(5);
		}
		const unproven = { stage: 'submit', decision: 'refused' };
		expect(coordinator.entries.slice(before)).toMatchObject([
			{ ...unproven, body: { event: 'unproven', refusals: { 'token-expired': 1 } } },
			{ ...unproven, body: { refusals: { 'token-expired': 29, 'token-invalid': 1 } } },
			{ ...unproven, body: { refusals: { 'token-expired': 5 } } },
		]);
		expect(new Set(coordinator.entries.map(({ key }) => key)).size).toBe(coordinator.entries.length);
	});

	it('answers unavailable before there is a manifest', async () => {
		coordinator = await testCoordinator();
		expect(await refusalOf(await submit(coordinator, question('exact')))).toMatchObject({
			http: 503,
			code: 'unavailable',
		});
	});
});

describe('GET /v1/queries/:id', () => {
	it('is 404 for somebody else, like a query that does not exist', async () => {
		const id = await ask(coordinator, question('exact'));
		const stolen = await getQuery(coordinator, id, 'bob');
		expect(stolen).toMatchObject({ code: 'not-found' });
		expect(await getQuery(coordinator, 'no-such-query')).toEqual(stolen);
	});

	it('is 401 without a proof', async () => {
		const id = await ask(coordinator, question('exact'));
		expect((await coordinator.app.request(`/v1/queries/${id}`)).status).toBe(401);
	});
});

describe('GET /v1/queries/:id/events', () => {
	it('tells progress on ticks, then the final answer, and ends', async () => {
		const id = await ask(coordinator, question('exact'));
		const headers = { authorization: 'DPoP alice', dpop: 'p' };
		const response = await coordinator.app.request(`/v1/queries/${id}/events`, { headers });
		expect(response.headers.get('content-type')).toContain('text/event-stream');
		const events = readEvents(response);
		expect((await events.next()).value).toMatchObject({
			event: 'progress',
			data: { step: 'dispatched', answered: 0, of: 4 },
		});
		for (let round = 0; round < 7; round += 1) for (const member of members) await member.work([25]);
		const rest: unknown[] = [];
		const collecting = (async () => {
			for await (const event of events) rest.push(event);
		})();
		coordinator.time.advance(progressTickMs);
		await collecting;
		expect(rest).toMatchObject([
			{ event: 'progress', data: { step: 'released', answered: 4 } },
			{ event: 'final', data: { status: 'released', cells: [{ value: 100 }] } },
		]);
	});
});

async function* readEvents(response: Response): AsyncGenerator<{ event: string; data: unknown }> {
	let text = '';
	const decoder = new TextDecoder();
	for await (const chunk of response.body ?? []) {
		text += decoder.decode(chunk, { stream: true });
		for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
			const [, event = '', data = 'null'] = /event: (.*)\ndata: (.*)/.exec(text.slice(0, end)) ?? [];
			yield { event, data: JSON.parse(data) };
			text = text.slice(end + 2);
		}
	}
}

describe('POST /v1/poll', () => {
	it('waits for a message and answers as soon as there is one', async () => {
		const waiting = members[0]?.call('/v1/poll', 'poll', { after: 0 });
		await ask(coordinator, question('exact'));
		expect(await mailIn(await waiting)).toMatchObject({ messages: [{ seq: 1 }] });
	});

	it('answers empty when the time is over', async () => {
		const waiting = members[0]?.call('/v1/poll', 'poll', { after: 0, waitMs: 5_000 });
		await until(() => coordinator.time.waiting() > 0);
		coordinator.time.advance(5_000);
		expect(await mailIn(await waiting)).toEqual({ messages: [] });
	});

	it('answers at once when the coordinator stops', async () => {
		const waiting = members[0]?.call('/v1/poll', 'poll', { after: 0 });
		coordinator.stop();
		expect(await mailIn(await waiting)).toEqual({ messages: [] });
	});

	async function mailIn(answer: Response | undefined): Promise<unknown> {
		expect(answer?.headers.get('content-type')).toBe('application/cbor');
		const decoded = decodeCbor(new Uint8Array((await answer?.arrayBuffer()) ?? []));
		return decoded.ok ? decoded.value : null;
	}

	it('refuses an envelope of another kind, and what is no envelope', async () => {
		const wrongKind = await members[0]?.call('/v1/poll', 'session', { after: 0, waitMs: 0 });
		expect(await refusalOf(wrongKind as Response)).toMatchObject({ http: 401, code: 'not-authenticated' });
		const noEnvelope = await members[0]?.post('/v1/poll', { envelope: 'x.y.z' });
		expect(await refusalOf(noEnvelope as Response)).toMatchObject({
			http: 400,
			issues: [{ path: '', message: 'not an envelope' }],
		});
	});

	it.each([
		['a stranger', { hospital: 'elsewhere', seed: seedOf('east') }],
		['another key than the hospital’s', { hospital: 'east', seed: seedOf('north') }],
		[
			'a clock 61 s off',
			{ hospital: 'east', seed: seedOf('east'), nowMs: () => coordinator.time.nowMs() - 61_000 },
		],
	])('refuses an envelope of %s', async (_, setup) => {
		const forger = new FakeMember({ app: coordinator.app, nowMs: coordinator.time.nowMs, ...setup });
		const response = await forger.call('/v1/poll', 'poll', { after: 0, waitMs: 0 });
		expect(await refusalOf(response)).toMatchObject({ http: 401, code: 'not-authenticated' });
	});

	it('refuses a poll with an unknown key, naming its path', async () => {
		const response = await members[0]?.call('/v1/poll', 'poll', { after: 0, waitMs: 0, more: 1 });
		expect(response?.status).toBe(400);
	});
});

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resume) => setImmediate(resume));
}

describe('the edge', () => {
	it('answers 404 to an unknown route, as JSON', async () => {
		expect(await refusalOf(await coordinator.app.request('/v1/nothing'))).toMatchObject({
			http: 404,
			code: 'not-found',
		});
	});

	it.each(['/v1/queries', '/v1/poll', '/v1/messages', '/v1/members/enrol', '/v1/manifest/signatures'])(
		'answers 400 to %s with a body that is not JSON, without quoting it',
		async (path) => {
			const response = await coordinator.app.request(path, { method: 'POST', body: '{"secret-value' });
			const text = await response.text();
			expect(response.status).toBe(400);
			expect(text).not.toContain('secret-value');
		},
	);

	it('answers 413 to a body over 1 MiB', async () => {
		const body = `"${'x'.repeat(1_048_576)}"`;
		const response = await coordinator.app.request('/v1/queries', { method: 'POST', body });
		expect(await refusalOf(response)).toMatchObject({ http: 413, code: 'too-large' });
	});

	it('answers internal, and logs no text of the error, when something is wrong', async () => {
		const { sessions } = coordinator.parts;
		const id = await ask(coordinator, question('exact'));
		Object.defineProperty(sessions, 'query', { value: () => Promise.reject(new Error('patient 4711')) });
		const body = JSON.stringify(await getQuery(coordinator, id));
		expect(body).toContain('"internal"');
		expect(body + coordinator.logged.join()).not.toContain('4711');
	});

	it('shows the network’s card and its dictionary to all', async () => {
		const info = await (await coordinator.app.request('/v1/info')).json();
		expect(info).toMatchObject({
			network: 'test-network',
			audience: 'test-network',
			state: 'current',
			version: 1,
			issuers: testFounding.issuers,
		});
		const dictionary = await (await coordinator.app.request('/v1/dictionary')).json();
		expect(dictionary).toEqual(testFounding.dictionary);
		expect(await (await coordinator.app.request('/healthz')).json()).toEqual({ status: 'ok' });
	});
});
