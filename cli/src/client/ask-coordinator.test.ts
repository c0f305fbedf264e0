import { createHash } from 'node:crypto';
import {
	type Clock,
	initCrypto,
	newReceiverKeys,
	newRequestKey,
	publicKeyOf,
	type Random,
	Sensitive,
} from '@cordon/shared';
import { type Context, Hono } from 'hono';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Json, receiptFor, seedOf, signAnswer, signedAnswer } from '../testing/signed-answer.ts';
import { type Answer, askCoordinator, NoAnswer } from './ask-coordinator.ts';
import type { Profile } from './profile.ts';

let profile: Profile;
const clock: Clock = { nowMs: () => Date.UTC(2026, 10, 23, 12) };
const question = { cordon: 1, project: 'glioma' };

beforeAll(async () => {
	await initCrypto();
	profile = {
		person: 'ana',
		secret: new Sensitive('secret-of-ana-0123'),
		issuer: 'https://id.example',
		coordinatorUrl: 'https://coordinator.example',
		network: 'atlas',
		visibility: 'visible',
		key: (await newRequestKey()).key,
		coordinator: {
			identityKey: publicKeyOf(seedOf('coordinator')),
			logKey: publicKeyOf(seedOf('coordinator log')),
		},
	};
});

let waits: number[];
/** All that was drawn at random in this test, of the length of a key. */
let draws: Uint8Array[];
let deadline: AbortController;

beforeEach(() => {
	waits = [];
	draws = [];
	deadline = new AbortController();
	// Time passes at once, and the end of waiting comes when a test says so.
	vi.stubGlobal('setTimeout', (work: () => void, milliseconds: number) => {
		waits.push(milliseconds);
		queueMicrotask(work);
		return 0;
	});
	vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => deadline.signal);
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

interface Network {
	readonly token?: (context: Context) => Response;
	readonly submit?: (context: Context) => Response | Promise<Response>;
	/** What each listening to the events gives, in order; the last is repeated. */
	readonly events?: readonly (() => Response)[];
}

const accepted = (context: Context): Response =>
	context.json({ cordon: 1, id: 'q1', status: 'running' }, 202);
const sse = (...parts: readonly (readonly [string, unknown])[]): (() => Response) => {
	const text = parts.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');
	return () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
};
const status = (code: number) => (): Response => new Response('{}', { status: code });
const unreachable = (): Response => {
	throw new TypeError('fetch failed');
};

/** Issuer and coordinator in one, in place of `fetch`; gives the requests that were made. */
function stand(network: Network): readonly Request[] {
	const app = new Hono();
	const issuer = { issuer: 'https://id.example', token_endpoint: 'https://id.example/token' };
	const token = { access_token: 'token-1', token_type: 'DPoP', expires_in: 600 };
	let listened = 0;
	app.onError((error) => {
		throw error;
	});
	app.get('/.well-known/openid-configuration', (context) => context.json(issuer));
	app.post('/token', network.token ?? ((context) => context.json(token)));
	app.post('/v1/queries', network.submit ?? accepted);
	app.get('/v1/queries/q1/events', () => {
		const events = network.events ?? [sse(['final', signedAnswer()])];
		const answer = events[Math.min(listened, events.length - 1)];
		listened += 1;
		return (answer ?? unreachable)();
	});
	const requests: Request[] = [];
	vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
		const request = new Request(url, init);
		requests.push(request.clone());
		return app.fetch(request);
	});
	return requests;
}

function ask(progress?: (state: unknown) => void): Promise<Answer> {
	return askAs(profile, progress);
}

async function askAs(asker: Profile, progress: (state: unknown) => void = () => undefined): Promise<Answer> {
	let drawn = 0;
	const random: Random = {
		bytes: (length) => {
			drawn += 1;
			const bytes = new Uint8Array(
				createHash('shake256', { outputLength: length }).update(`${drawn}`).digest(),
			);
			if (length === 32) draws.push(bytes);
			return bytes;
		},
	};
	return askCoordinator(question, { profile: asker, clock, random, progress, timeoutMs: 180_000 });
}

/** What was signed and sent to ask, and all that was sent. */
async function sentBy(asker: Profile): Promise<{ readonly signed: Json; readonly everything: string }> {
	const requests = stand({});
	await askAs(asker).catch(() => undefined);
	const bodies = await Promise.all(requests.map((one) => one.text()));
	const submitted = bodies.find((body) => body.includes('"request"')) ?? '{}';
	const [, payload = ''] = String(JSON.parse(submitted).request).split('.');
	const signed = JSON.parse(Buffer.from(payload, 'base64url').toString());
	return { signed, everything: `${requests.map(({ url }) => url).join()}${bodies.join()}` };
}

describe('askCoordinator in a blind network', () => {
	it('signs a fresh key with each question, and sends its secret half nowhere', async () => {
		const blind: Profile = { ...profile, visibility: 'blind' };
		const one = await sentBy(blind);
		expect(one.signed['receiverKey']).toMatch(/^[A-Za-z0-9_-]{43}$/);
		const secret = draws.find(
			(bytes) => newReceiverKeys({ bytes: () => bytes }).publicKey === one.signed['receiverKey'],
		);
		for (const form of ['base64url', 'base64', 'hex'] as const) {
			expect(one.everything).not.toContain(Buffer.from(secret ?? []).toString(form) || 'undrawn');
		}
		expect(secret).toHaveLength(32);
	});

	it('takes no plain answer there', async () => {
		stand({});
		await expect(askAs({ ...profile, visibility: 'blind' })).rejects.toThrow(NoAnswer);
	});

	it('signs none where the network is visible', async () => {
		expect((await sentBy(profile)).signed).not.toHaveProperty('receiverKey');
	});
});

describe('askCoordinator', () => {
	it('gives the signed answer, and the progress until then', async () => {
		const states: unknown[] = [];
		stand({ events: [sse(['progress', { step: 'merging' }], ['final', signedAnswer()])] });
		expect(await ask((state) => states.push(state))).toEqual(signedAnswer());
		expect(states).toEqual([{ step: 'merging' }]);
	});

	it('sends a token bound to its key with a proof of its own for every request, and follows no redirect', async () => {
		const requests = stand({});
		await ask();
		const toCoordinator = requests.filter(({ url }) => url.startsWith(profile.coordinatorUrl));
		const proofs = toCoordinator.map(({ headers }) => headers.get('dpop'));
		expect(toCoordinator.map(({ headers }) => headers.get('authorization'))).toEqual([
			'DPoP token-1',
			'DPoP token-1',
		]);
		expect(new Set(proofs).size).toBe(2);
		expect(requests.map(({ redirect }) => redirect)).toEqual(requests.map(() => 'error'));
	});

	it('shows its secret to the issuer alone', async () => {
		const requests = stand({});
		await ask();
		const said = await Promise.all(
			requests.map(async (request) => [
				request.url,
				JSON.stringify([...request.headers]),
				await request.text(),
			]),
		);
		const basic = Buffer.from(`ana:${profile.secret.reveal()}`).toString('base64');
		const places = said.filter((parts) => parts.some((part) => part.includes(basic))).map(([url]) => url);
		expect(places).toEqual(['https://id.example/token']);
	});

	it.each([
		[400, 'malformed'],
		[401, 'not-authenticated'],
		[403, 'not-permitted'],
		[503, 'unavailable'],
	])('gives a refusal at the door (HTTP %d) as an answer', async (code, publicCode) => {
		const refusal = { cordon: 1, status: 'refused', code: publicCode, message: 'No.' };
		stand({ submit: () => Response.json(refusal, { status: code }) });
		expect(await ask()).toEqual(refusal);
	});

	it('gives a withheld answer that is signed', async () => {
		const withheld = signedAnswer({ status: 'withheld', code: 'unavailable', cells: undefined });
		stand({ events: [sse(['final', withheld])] });
		expect((await ask())['status']).toBe('withheld');
	});

	it('sends the same request again where it does not know whether it was taken, with a new proof', async () => {
		const outcomes = [unreachable, status(502), status(500), accepted];
		const requests = stand({ submit: (context) => (outcomes.shift() ?? accepted)(context) });
		expect(await ask()).toEqual(signedAnswer());
		const sent = requests.filter(({ url }) => url.endsWith('/v1/queries'));
		const bodies = await Promise.all(sent.map((request) => request.text()));
		expect([bodies.length, new Set(bodies).size]).toEqual([4, 1]);
		expect(new Set(sent.map(({ headers }) => headers.get('dpop'))).size).toBe(4);
	});

	it('listens again after the connection broke, and after the coordinator was away', async () => {
		const events = [
			sse(['progress', { step: 'a' }]),
			unreachable,
			status(503),
			sse(['final', signedAnswer()]),
		];
		const requests = stand({ events });
		expect(await ask()).toEqual(signedAnswer());
		expect(waits).toEqual([500, 500, 500]);
		expect(requests.filter(({ method, url }) => method === 'POST' && url.includes('/v1/'))).toHaveLength(1);
	});

	it('listens again after an event in the middle of which the connection broke', async () => {
		const half = (): Response =>
			new Response(`event: final\ndata: ${JSON.stringify(signedAnswer()).slice(0, 50)}\n\n`);
		stand({ events: [half, sse(['final', signedAnswer()])] });
		expect(await ask()).toEqual(signedAnswer());
	});
});

describe('askCoordinator takes for no answer', () => {
	const reasonFor = async (network: Network): Promise<string> => {
		stand(network);
		const error: unknown = await ask().catch((thrown: unknown) => thrown);
		if (error instanceof NoAnswer) return error.message;
		throw new Error('it was taken', { cause: error });
	};
	const forAnswer = (answer: unknown): Promise<string> => reasonFor({ events: [sse(['final', answer])] });
	const unsigned = ({ signature: _signature, ...rest }: Json): Json => rest;

	it.each<[string, () => Json]>([
		['without a signature', () => unsigned(signedAnswer())],
		['signed by somebody else', () => signAnswer(unsigned(signedAnswer()), seedOf('mallory'))],
		[
			'under the log key of the coordinator',
			() => signAnswer(unsigned(signedAnswer()), seedOf('coordinator log')),
		],
		['with a number changed', () => ({ ...signedAnswer(), cells: [{ key: [], value: 41 }] })],
		['with a key added', () => ({ ...signedAnswer(), note: 'x' })],
		['with a signature that is none', () => ({ ...signedAnswer(), signature: 7 })],
	])('one %s', async (_what, answer) => {
		expect(await forAnswer(answer())).toBe("the answer is not signed by this network's coordinator");
	});

	it('a signed answer to another query', async () => {
		expect(await forAnswer(signedAnswer({ id: 'q2' }))).toBe(
			'the coordinator does not show /v1/manifest, which the answer is verified by',
		);
	});

	it.each<[string, (body: Json) => unknown, string]>([
		['no receipt', () => undefined, "the answer's receipt does not verify: malformed"],
		['nothing for a receipt', () => null, "the answer's receipt does not verify: malformed"],
		[
			'a receipt signed by another log',
			(body) => receiptFor(body, 'atlas/coordinator', seedOf('north log')),
			"the answer's receipt does not verify: bad-checkpoint-signature",
		],
		[
			'a receipt of the log of another network',
			(body) => receiptFor(body, 'other/coordinator'),
			"the answer's receipt does not verify: bad-checkpoint-signature",
		],
		[
			'the receipt of another answer',
			(body) => receiptFor({ ...body, cells: [] }, 'atlas/coordinator'),
			'the receipt is of another answer',
		],
	])('a signed one with %s', async (_what, receiptOf, reason) => {
		const { receipt: _receipt, ...body } = unsigned(signedAnswer());
		expect(await forAnswer(signAnswer({ ...body, receipt: receiptOf(body) }))).toBe(reason);
	});

	it.each([null, 'text', [], 7])('the final event %j', async (value) => {
		expect(await forAnswer(value)).toBe('not an answer');
	});

	it.each<[number, unknown]>([
		[200, { cordon: 1, status: 'released', cells: [{ key: [], value: 40 }] }],
		[201, { cordon: 1, status: 'withheld' }],
		[500, { error: 'internal' }],
		[400, {}],
	])('what comes at the door with HTTP %d and is neither taken nor refused', async (code, body) => {
		expect(await reasonFor({ submit: () => Response.json(body, { status: code }) })).toBe(
			'the coordinator neither took the question nor refused it',
		);
	});

	it.each(['<html>', '', 'null', '[]'])('the text %j at the door', async (text) => {
		expect(await reasonFor({ submit: () => new Response(text, { status: 502 }) })).toBe('not an answer');
	});

	it.each([{ status: 'running' }, { id: 7 }])('an acceptance without an id: %j', async (body) => {
		expect(await reasonFor({ submit: () => Response.json(body, { status: 202 }) })).toBe(
			'the coordinator gave the query no id',
		);
	});

	it.each([401, 403, 404])('a query that the coordinator does not know as ours: HTTP %d', async (code) => {
		expect(await reasonFor({ events: [status(code)] })).toBe('the coordinator knows no query q1 of ours');
	});

	it('silence at the door', async () => {
		expect(await reasonFor({ submit: unreachable })).toBe(
			'no coordinator answers at https://coordinator.example: is the network up?',
		);
	});

	it('an issuer that gives no token, and asks nothing of the coordinator', async () => {
		const requests = stand({ token: () => Response.json({ error: 'invalid_client' }, { status: 401 }) });
		await expect(ask()).rejects.toThrow(new NoAnswer('the issuer https://id.example gave no token for ana'));
		expect(requests.filter(({ url }) => url.startsWith(profile.coordinatorUrl))).toEqual([]);
	});

	it('an issuer that does not answer', async () => {
		expect(await reasonFor({ token: unreachable })).toBe(
			'the issuer https://id.example does not answer (is the network up?); it was asked for a token for ana',
		);
	});

	it('nothing until its patience ends', async () => {
		let listened = 0;
		const events = [
			(): Response => {
				listened += 1;
				if (listened === 3) deadline.abort();
				return new Response('', { status: 503 });
			},
		];
		expect(await reasonFor({ events })).toBe('no answer within 180 s; the query q1 may still end');
		expect(listened).toBe(3);
	});
});
