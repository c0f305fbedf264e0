import {
	type Dictionary,
	newReceiverKeys,
	newRequestKey,
	type RequestKey,
	type RequestPayload,
	requestHash,
	type SignedRequest,
	signRequest,
} from '@cordon/shared';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ReceiveFacts, receive } from './receive.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);
const dictionary: Dictionary = {
	cordon: 1,
	id: 'test',
	version: '1',
	elements: [],
	conditions: [{ id: 'C71.9', title: 'Brain', system: 'ICD-10', parents: [] }],
	genes: [],
	modalities: [],
	bodyParts: [],
	consequences: [],
	significances: [],
	assemblies: [],
};
const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71.9' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.5 },
};
const payload: RequestPayload = {
	cordon: 1,
	question,
	audience: 'atlas',
	iatMs: nowMs - 1000,
	jti: '00112233445566778899aabbccddeeff',
};

const issuer = { issuer: 'https://idp.example', jwksUri: 'https://idp.example/jwks', audience: 'atlas' };
let key: RequestKey;
let stranger: RequestKey;
let issuing: Awaited<ReturnType<typeof generateKeyPair>>;
let facts: ReceiveFacts;

beforeAll(async () => {
	key = (await newRequestKey()).key;
	stranger = (await newRequestKey()).key;
	issuing = await generateKeyPair('ES256');
	const jwks = createLocalJWKSet({ keys: [{ ...(await exportJWK(issuing.publicKey)), alg: 'ES256' }] });
	facts = {
		network: 'atlas',
		visibility: 'visible',
		issuers: [issuer],
		keys: () => jwks,
		maxTokenAgeMs: 3_600_000,
		maxRequestAgeMs: 300_000,
		seenRequest: async () => false,
		nowMs,
		dictionary,
	};
});

function tokenOf(change: JWTPayload = {}): Promise<string> {
	const iat = nowMs / 1000 - 60;
	const claims = { iss: issuer.issuer, sub: 'ana', aud: 'atlas', iat, exp: iat + 600, cnf: { jkt: key.jkt } };
	return new SignJWT({ ...claims, ...change })
		.setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
		.sign(issuing.privateKey);
}

async function signed(request: Partial<RequestPayload> = {}, token: JWTPayload = {}): Promise<SignedRequest> {
	return { token: await tokenOf(token), request: await signRequest({ ...payload, ...request }, key) };
}

async function codeOf(both: SignedRequest, change: Partial<ReceiveFacts> = {}): Promise<string> {
	const received = await receive(both, { ...facts, ...change });
	return received.ok ? 'ok' : received.error;
}

const receiverKey = newReceiverKeys({ bytes: (length) => new Uint8Array(length).fill(7) }).publicKey;

describe('receive', () => {
	it('gives who asked what, under which id and hash, and until when', async () => {
		const query = { cordon: 1, cohort: question.cohort, ask: question.ask } as const;
		const release = { mechanism: 'noised', epsilonMicros: 500_000 } as const;
		const parsed = { project: 'glioma', purpose: 'HMB', query, release };
		const { audience, iatMs, jti: requestId } = payload;
		const hash = requestHash({ question: parsed, audience, iatMs, requestId, receiverKey: null });
		expect(await receive(await signed(), facts)).toEqual({
			ok: true,
			value: {
				person: 'ana',
				question: parsed,
				requestId,
				requestHash: hash,
				receiverKey: null,
				tokenExpiresMs: nowMs + 540_000,
			},
		});
	});

	it("gives the researcher's key of a blind network, as signed and as the hash names it", async () => {
		const received = await receive(await signed({ receiverKey }), { ...facts, visibility: 'blind' });
		expect(received).toMatchObject({ ok: true, value: { receiverKey } });
		const visible = await receive(await signed(), facts);
		expect(received.ok && visible.ok && received.value.requestHash !== visible.value.requestHash).toBe(true);
	});

	it.each([
		['a blind network without a key', 'blind', {}],
		['a visible network with one', 'visible', { receiverKey }],
		['a blind network with a key of low order', 'blind', { receiverKey: 'A'.repeat(43) }],
	] as const)('refuses a request to %s', async (_situation, visibility, change) => {
		const received = await receive(await signed(change), { ...facts, visibility });
		expect(received).toEqual({ ok: false, error: 'receiver-key-wrong' });
	});

	it.each([
		['expired token', { exp: nowMs / 1000 }, 'token-expired'],
		['token for another audience', { aud: 'elsewhere' }, 'token-wrong-audience'],
		['token of another issuer', { iss: 'https://evil.example' }, 'token-wrong-issuer'],
		['token bound to no key', { cnf: {} }, 'token-invalid'],
		['token bound to another key', { cnf: { jkt: 'A'.repeat(43) } }, 'request-altered'],
	])('refuses a request with an %s', async (_situation, change, code) => {
		expect(await codeOf(await signed({}, change))).toBe(code);
	});

	it.each([
		['for another network', { audience: 'elsewhere' }, 'token-wrong-audience'],
		['too old', { iatMs: nowMs - 300_001 }, 'request-stale'],
		['from the future', { iatMs: nowMs + 60_001 }, 'request-stale'],
		[
			'with a question nobody understands',
			{ question: { ...question, ask: { dump: {} } } },
			'malformed-query',
		],
		[
			'with an unknown code',
			{ question: { ...question, cohort: { condition: { code: 'Z99' } } } },
			'malformed-query',
		],
		['with no question', { question: null }, 'malformed-query'],
	])('refuses a request %s', async (_situation, change, code) => {
		expect(await codeOf(await signed(change))).toBe(code);
	});

	it("refuses a request signed by another key than the token's", async () => {
		const request = await signRequest(payload, stranger);
		expect(await codeOf({ token: await tokenOf(), request })).toBe('request-altered');
	});

	it('refuses a question that was changed on the way', async () => {
		const { token, request } = await signed();
		const [header, body, signature] = request.split('.');
		const forged = Buffer.from(body ?? '', 'base64url')
			.toString()
			.replace('C71.9', 'C71.8');
		const altered = `${header}.${Buffer.from(forged).toString('base64url')}.${signature}`;
		expect(await codeOf({ token, request: altered })).toBe('request-altered');
	});

	it.each(['', 'a.b.c', '{}'])('refuses the request %j', async (request) => {
		expect(await codeOf({ token: await tokenOf(), request })).toBe('malformed-request');
	});

	it('refuses a token that is none', async () => {
		expect(await codeOf({ ...(await signed()), token: 'x' })).toBe('token-invalid');
	});

	it('refuses a request id that was used before', async () => {
		const seenRequest = async (id: string): Promise<boolean> => id === payload.jti;
		expect(await codeOf(await signed(), { seenRequest })).toBe('request-replayed');
	});

	it('asks about the id of authentic requests only', async () => {
		const asked: string[] = [];
		const seenRequest = async (id: string): Promise<boolean> => asked.push(id) > 1000;
		await codeOf({ token: await tokenOf(), request: await signRequest(payload, stranger) }, { seenRequest });
		expect(asked).toEqual([]);
	});

	it("refuses while the issuer's keys cannot be had", async () => {
		const keys = () => async () => {
			throw new TypeError('fetch failed');
		};
		expect(await codeOf(await signed(), { keys })).toBe('policy-unavailable');
	});
});
