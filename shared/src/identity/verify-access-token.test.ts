import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrustedIssuer } from '../manifest/manifest.ts';
import { type AccessTokenExpectation, verifyAccessToken } from './verify-access-token.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);
const nowSeconds = nowMs / 1000;
const jkt = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';
const issuer: TrustedIssuer = {
	issuer: 'https://idp.example',
	jwksUri: 'https://idp.example/jwks',
	audience: 'atlas',
};
const other: TrustedIssuer = {
	issuer: 'https://other.example/a',
	jwksUri: 'https://other.example/jwks',
	audience: 'atlas',
};
const good = {
	iss: issuer.issuer,
	sub: 'ana',
	aud: 'atlas',
	iat: nowSeconds - 60,
	exp: nowSeconds + 540,
	cnf: { jkt },
};

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
let pair: KeyPair;
let rsa: KeyPair;
let stranger: KeyPair;
let keys: JWK[];

beforeAll(async () => {
	[pair, rsa, stranger] = await Promise.all([
		generateKeyPair('ES256'),
		generateKeyPair('RS256'),
		generateKeyPair('ES256'),
	]);
	keys = [
		{ ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'one' },
		{ ...(await exportJWK(rsa.publicKey)), alg: 'RS256', kid: 'two' },
	];
});

function sign(claims: JWTPayload, header: Record<string, unknown> = {}, key = pair): Promise<string> {
	return new SignJWT(claims)
		.setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'one', ...header })
		.sign(key.privateKey);
}

function expectation(change: Partial<AccessTokenExpectation> = {}): AccessTokenExpectation {
	const keysOf = (): ReturnType<typeof createLocalJWKSet> => createLocalJWKSet({ keys });
	return { issuers: [issuer], keysOf, nowMs, maxAgeMs: 3_600_000, ...change };
}

async function codeOf(token: string, change: Partial<AccessTokenExpectation> = {}): Promise<string> {
	const verified = await verifyAccessToken(token, expectation(change));
	return verified.ok ? 'ok' : verified.error;
}

describe('verifyAccessToken', () => {
	it('gives person, key thumbprint and end of a genuine token', async () => {
		expect(await verifyAccessToken(await sign(good), expectation())).toEqual({
			ok: true,
			value: { person: 'ana', jkt, expiresMs: nowMs + 540_000 },
		});
	});

	it('takes RS256 too', async () => {
		expect(await codeOf(await sign(good, { alg: 'RS256', kid: 'two' }, rsa))).toBe('ok');
	});

	it('ends a long-lived token at its greatest age', async () => {
		const token = await sign({ ...good, exp: nowSeconds + 86_400 });
		const verified = await verifyAccessToken(token, expectation());
		expect(verified.ok && verified.value.expiresMs).toBe(nowMs + 3_540_000);
	});

	it('never lets a caller make the greatest age more than an hour', async () => {
		const token = await sign({ ...good, iat: nowSeconds - 3700, exp: nowSeconds + 86_400 });
		expect(await codeOf(token, { maxAgeMs: 86_400_000 })).toBe('token-expired');
	});

	it.each([
		['expired to the second', { exp: nowSeconds }, 'token-expired'],
		['expired long ago', { iat: nowSeconds - 600, exp: nowSeconds - 300 }, 'token-expired'],
		['older than an hour', { iat: nowSeconds - 3600, exp: nowSeconds + 60 }, 'token-expired'],
		['from the future', { iat: nowSeconds + 120 }, 'token-invalid'],
		['not yet valid', { nbf: nowSeconds + 120 }, 'token-invalid'],
		['for another audience', { aud: 'elsewhere' }, 'token-wrong-audience'],
		['for no audience', { aud: undefined }, 'token-wrong-audience'],
		['of another issuer', { iss: 'https://evil.example' }, 'token-wrong-issuer'],
		['of an issuer with a slash more', { iss: 'https://idp.example/' }, 'token-wrong-issuer'],
		['of no issuer', { iss: undefined }, 'token-invalid'],
		['of nobody', { sub: undefined }, 'token-invalid'],
		['of an empty subject', { sub: '' }, 'token-invalid'],
		['of an endless subject', { sub: 'a'.repeat(201) }, 'token-invalid'],
		['without an end', { exp: undefined }, 'token-invalid'],
		['without a beginning', { iat: undefined }, 'token-invalid'],
		['bound to no key', { cnf: undefined }, 'token-invalid'],
		['bound to a certificate', { cnf: { 'x5t#S256': jkt } }, 'token-invalid'],
		['bound to half a key', { cnf: { jkt: 'short' } }, 'token-invalid'],
	])('refuses a token %s', async (_situation, change, code) => {
		expect(await codeOf(await sign({ ...good, ...change } as JWTPayload))).toBe(code);
	});

	it.each([
		['another type', { typ: 'JWT' }],
		['no type', { typ: undefined }],
		['an unknown key id', { kid: 'three' }],
	])('refuses a header with %s', async (_situation, header) => {
		expect(await codeOf(await sign(good, header))).toBe('token-invalid');
	});

	it('refuses the right claims under a key of someone else', async () => {
		expect(await codeOf(await sign(good, {}, stranger))).toBe('token-invalid');
	});

	it('refuses a key that the token brings along', async () => {
		const jwk = await exportJWK(stranger.publicKey);
		expect(await codeOf(await sign(good, { jwk, kid: undefined }, stranger))).toBe('token-invalid');
	});

	it('refuses a changed claim, even where the token has expired besides', async () => {
		const [header, , signature] = (await sign(good)).split('.');
		const forged = Buffer.from(JSON.stringify({ ...good, sub: 'eve', exp: 1 })).toString('base64url');
		expect(await codeOf(`${header}.${forged}.${signature}`)).toBe('token-invalid');
	});

	it('refuses alg none and a critical extension', async () => {
		const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
		expect(await codeOf(`${part({ alg: 'none', typ: 'at+jwt' })}.${part(good)}.`)).toBe('token-invalid');
		const [, payload, signature] = (await sign(good)).split('.');
		const critical = part({ alg: 'ES256', typ: 'at+jwt', kid: 'one', crit: ['b64'], b64: true });
		expect(await codeOf(`${critical}.${payload}.${signature}`)).toBe('token-invalid');
	});

	it.each(['', '.', '..', 'a.b.c', 'a.b.c.d', 'x'.repeat(20_000)])('refuses the text %.20s', async (text) => {
		expect(await codeOf(text)).toBe('token-invalid');
	});

	it('is undecided, and so refuses, where the keys cannot be had', async () => {
		const keysOf = () => async () => {
			throw new TypeError('fetch failed');
		};
		expect(await codeOf(await sign(good), { keysOf })).toBe('policy-unavailable');
	});

	it('keeps people of two issuers apart', async () => {
		const issuers = [issuer, other];
		const first = await verifyAccessToken(await sign(good), expectation({ issuers }));
		const second = await verifyAccessToken(
			await sign({ ...good, iss: other.issuer }),
			expectation({ issuers }),
		);
		expect(first.ok && first.value.person).toBe('ana|idp.example');
		expect(second.ok && second.value.person).toBe('ana|other.example%2Fa');
	});
});
