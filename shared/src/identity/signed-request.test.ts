import { beforeAll, describe, expect, it } from 'vitest';
import { signEmbedded } from './embedded-jws.ts';
import { newRequestKey, type RequestKey } from './request-key.ts';
import { newRequestId, type RequestPayload, signRequest, verifyRequest } from './signed-request.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);
const payload: RequestPayload = {
	cordon: 1,
	question: { project: 'glioma', cohort: { not: {} } },
	audience: 'atlas',
	iatMs: nowMs - 1000,
	jti: '00112233445566778899aabbccddeeff',
};
let key: RequestKey;
let stranger: RequestKey;

beforeAll(async () => {
	key = (await newRequestKey()).key;
	stranger = (await newRequestKey()).key;
});

async function codeOf(request: string): Promise<string> {
	const expected = { expectedJkt: key.jkt, audience: 'atlas', nowMs, maxAgeMs: 300_000 };
	const verified = await verifyRequest(request, expected);
	return verified.ok ? 'ok' : verified.error;
}

function part(value: unknown): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('verifyRequest', () => {
	it('gives what was signed', async () => {
		const expected = { expectedJkt: key.jkt, audience: 'atlas', nowMs, maxAgeMs: 300_000 };
		expect(await verifyRequest(await signRequest(payload, key), expected)).toEqual({
			ok: true,
			value: {
				question: payload.question,
				requestId: payload.jti,
				audience: 'atlas',
				iatMs: payload.iatMs,
				receiverKey: null,
			},
		});
	});

	it("gives the researcher's key where the request has one, and refuses what has not the form of one", async () => {
		const receiverKey = `${'B'.repeat(42)}A`;
		const expected = { expectedJkt: key.jkt, audience: 'atlas', nowMs, maxAgeMs: 300_000 };
		const verified = await verifyRequest(await signRequest({ ...payload, receiverKey }, key), expected);
		expect(verified).toMatchObject({ ok: true, value: { receiverKey } });
		const long = await signRequest({ ...payload, receiverKey: `${receiverKey}A` }, key);
		expect(await codeOf(long)).toBe('malformed-request');
	});

	it("refuses a request under a key that is not the token's", async () => {
		expect(await codeOf(await signRequest(payload, stranger))).toBe('request-altered');
	});

	it('refuses a changed question', async () => {
		const [header, , signature] = (await signRequest(payload, key)).split('.');
		const forged = part({ ...payload, question: {} });
		expect(await codeOf(`${header}.${forged}.${signature}`)).toBe('request-altered');
	});

	it('refuses a key that was swapped in', async () => {
		const [, body, signature] = (await signRequest(payload, key)).split('.');
		const header = part({ alg: 'ES256', typ: 'cordon-request+jws', jwk: stranger.publicJwk });
		expect(await codeOf(`${header}.${body}.${signature}`)).toBe('request-altered');
	});

	it.each([
		['another algorithm', { alg: 'none', typ: 'cordon-request+jws' }],
		['another type', { alg: 'ES256', typ: 'dpop+jwt' }],
		['a critical extension', { alg: 'ES256', typ: 'cordon-request+jws', crit: ['exp'], exp: 1 }],
		['a key id', { alg: 'ES256', typ: 'cordon-request+jws', kid: '../key' }],
	])('refuses a header with %s', async (_situation, header) => {
		const [, body, signature] = (await signRequest(payload, key)).split('.');
		const forged = part({ ...header, jwk: key.publicJwk });
		expect(await codeOf(`${forged}.${body}.${signature}`)).toBe('malformed-request');
	});

	it.each([
		['a private key', { d: 'A'.repeat(43) }],
		['another curve', { crv: 'P-384' }],
		['a short coordinate', { x: 'AA' }],
	])('refuses a header whose key has %s', async (_situation, change) => {
		const [, body, signature] = (await signRequest(payload, key)).split('.');
		const header = part({ alg: 'ES256', typ: 'cordon-request+jws', jwk: { ...key.publicJwk, ...change } });
		expect(await codeOf(`${header}.${body}.${signature}`)).toBe('malformed-request');
	});

	it.each([
		['another network', { audience: 'elsewhere' }, 'token-wrong-audience'],
		['an hour ago', { iatMs: nowMs - 3_600_000 }, 'request-stale'],
		['the last moment', { iatMs: nowMs - 300_000 }, 'ok'],
		['just before it', { iatMs: nowMs - 300_001 }, 'request-stale'],
		['the future', { iatMs: nowMs + 60_001 }, 'request-stale'],
		['a fraction of time', { iatMs: 1.5 }, 'malformed-request'],
		['a short id', { jti: '00' }, 'malformed-request'],
		['an unknown version', { cordon: 2 }, 'malformed-request'],
		['an unknown key', { role: 'admin' }, 'malformed-request'],
	])('on a request of %s says %s', async (_situation, change, code) => {
		expect(await codeOf(await signRequest({ ...payload, ...change } as RequestPayload, key))).toBe(code);
	});

	it.each([
		['a repeated key', '{"audience":"atlas","audience":"atlas","cordon":1,"iatMs":1,"jti":"","question":1}'],
		['no question', '{"audience":"atlas","cordon":1,"iatMs":1,"jti":"00112233445566778899aabbccddeeff"}'],
		['a number beyond a double', '{"audience":"atlas","cordon":1,"iatMs":1,"jti":"","question":1e400}'],
		['white space', ' {}'],
		['no JSON', 'hello'],
	])('refuses a signed text with %s', async (_situation, text) => {
		expect(await codeOf(await signEmbedded(text, 'cordon-request+jws', key))).toBe('malformed-request');
	});

	it.each(['', 'a.b', '...', 'a.b.c', 'x'.repeat(200_000)])('refuses the text %.20s', async (text) => {
		expect(await codeOf(text)).toBe('malformed-request');
	});

	it('refuses another spelling of the same signature', async () => {
		expect(await codeOf(`${await signRequest(payload, key)}=`)).toBe('malformed-request');
	});
});

describe('newRequestId', () => {
	it('is 128 bits of the source, in hex', () => {
		expect(newRequestId({ bytes: (length) => new Uint8Array(length).fill(0xab) })).toBe('ab'.repeat(16));
	});
});
