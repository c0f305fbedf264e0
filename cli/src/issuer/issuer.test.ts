import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	createIssuerKeys,
	newRequestKey,
	type RequestKey,
	Sensitive,
	systemClock,
	systemRandom,
	type TrustedIssuer,
	verifyAccessToken,
} from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOrCreateKey } from './key-file.ts';
import { obtainToken, type TokenRequest } from './obtain-token.ts';
import { type RunningIssuer, resourceOf, startIssuer } from './start-issuer.ts';

const secret = new Sensitive('s3cret:with/odd+characters');
const keysOf = createIssuerKeys({ timeoutMs: 5000 });
let dpopKey: RequestKey;
let clientKey: RequestKey;
let running: RunningIssuer;
let other: RunningIssuer;
let trusted: TrustedIssuer;
/** The issuer's clock is the machine's, so the tests read its time off a token instead of assuming one. */
let token: string;
let issuedMs: number;

function ask(change: Partial<TokenRequest> = {}): ReturnType<typeof obtainToken> {
	return obtainToken(
		{
			issuer: running.issuer,
			person: 'ana',
			credential: { secret },
			resource: resourceOf('atlas'),
			dpopKey,
			timeoutMs: 5000,
			...change,
		},
		{ clock: systemClock, random: systemRandom },
	);
}

beforeAll(async () => {
	dpopKey = (await newRequestKey()).key;
	clientKey = (await newRequestKey()).key;
	const people = [
		{ id: 'ana', secret },
		{ id: 'ben', publicJwk: clientKey.publicJwk },
	];
	const start = async (): Promise<RunningIssuer> =>
		startIssuer({ port: 0, people, audience: 'atlas', signingKey: (await newRequestKey()).privateJwk });
	running = await start();
	other = await start();
	trusted = { issuer: running.issuer, jwksUri: running.jwksUri, audience: 'atlas' };
	const obtained = await ask();
	token = obtained.ok ? obtained.value.token.reveal() : '';
	issuedMs = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).iat * 1000;
});

afterAll(async () => {
	await running.close();
	await other.close();
});

async function codeOf(
	text: string,
	change: { readonly issuers?: readonly TrustedIssuer[]; readonly nowMs?: number } = {},
): Promise<string> {
	const expected = { issuers: [trusted], keysOf, nowMs: issuedMs, maxAgeMs: 3_600_000, ...change };
	const verified = await verifyAccessToken(text, expected);
	return verified.ok ? 'ok' : verified.error;
}

describe('startIssuer and obtainToken', () => {
	it('give a person a token for ten minutes, bound to their key', async () => {
		expect(
			await verifyAccessToken(token, {
				issuers: [trusted],
				keysOf,
				nowMs: issuedMs,
				maxAgeMs: 3_600_000,
			}),
		).toEqual({ ok: true, value: { person: 'ana', jkt: dpopKey.jkt, expiresMs: issuedMs + 600_000 } });
	});

	it('take a signed assertion in place of a secret', async () => {
		const obtained = await ask({ person: 'ben', credential: { key: clientKey } });
		expect(obtained.ok && (await codeOf(obtained.value.token.reveal()))).toBe('ok');
	});

	it.each([
		['a wrong secret', { credential: { secret: new Sensitive('guess') } }],
		['an unknown person', { person: 'eve' }],
		['the resource of another network', { resource: resourceOf('elsewhere') }],
		['an issuer off loopback without TLS', { issuer: 'http://idp.example' }],
	])('refuse %s', async (_situation, change) => {
		expect(await ask(change)).toEqual({ ok: false, error: 'issuer-refused' });
	});

	it('refuse an assertion by another key', async () => {
		const stranger = { key: (await newRequestKey()).key };
		expect(await ask({ person: 'ben', credential: stranger })).toEqual({
			ok: false,
			error: 'issuer-refused',
		});
	});

	it('refuse a token request without a proof', async () => {
		const response = await fetch(`${running.issuer}/token`, {
			method: 'POST',
			headers: {
				authorization: `Basic ${btoa(`ana:${encodeURIComponent(secret.reveal())}`)}`,
			},
			body: new URLSearchParams({ grant_type: 'client_credentials', resource: resourceOf('atlas') }),
		});
		expect([response.status, Object.hasOwn(Object(await response.json()), 'access_token')]).toEqual([
			400,
			false,
		]);
	});

	it('refuse a proof that was used before', async () => {
		const request: TokenRequest = {
			issuer: running.issuer,
			person: 'ana',
			credential: { secret },
			resource: resourceOf('atlas'),
			dpopKey,
			timeoutMs: 5000,
		};
		const repeating = { clock: systemClock, random: { bytes: (length: number) => new Uint8Array(length) } };
		expect((await obtainToken(request, repeating)).ok).toBe(true);
		expect(await obtainToken(request, repeating)).toEqual({ ok: false, error: 'issuer-refused' });
	});

	it('say where the issuer does not answer', async () => {
		expect(await ask({ issuer: 'http://127.0.0.1:1' })).toEqual({ ok: false, error: 'issuer-unreachable' });
	});
});

describe('verifyAccessToken on a token of a real issuer', () => {
	it('refuses it for another audience', async () => {
		const issuers = [{ ...trusted, audience: 'elsewhere' }];
		expect(await codeOf(token, { issuers })).toBe('token-wrong-audience');
	});

	it('refuses it once it has expired', async () => {
		expect(await codeOf(token, { nowMs: issuedMs + 600_000 })).toBe('token-expired');
	});

	it('refuses one of an issuer that is not trusted', async () => {
		const foreign = await ask({ issuer: other.issuer });
		expect(foreign.ok && (await codeOf(foreign.value.token.reveal()))).toBe('token-wrong-issuer');
	});

	it('refuses one under the keys of another issuer', async () => {
		expect(await codeOf(token, { issuers: [{ ...trusted, jwksUri: other.jwksUri }] })).toBe('token-invalid');
	});

	it('refuses an altered one', async () => {
		const [header, payload, signature] = token.split('.');
		const claims = { ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), sub: 'eve' };
		const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
		expect(await codeOf(`${header}.${forged}.${signature}`)).toBe('token-invalid');
	});

	it('is undecided where the keys are out of reach', async () => {
		const issuers = [{ ...trusted, jwksUri: 'http://127.0.0.1:1/jwks' }];
		expect(await codeOf(token, { issuers })).toBe('policy-unavailable');
	});
});

describe('readOrCreateKey', () => {
	it('gives the same key every time, from a file that only its owner reads', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'cordon-key-'));
		const path = join(folder, 'issuer.jwk');
		const first = await readOrCreateKey(path);
		const again = await readOrCreateKey(path);
		expect(again.reveal()).toEqual(first.reveal());
		expect((await stat(path)).mode & 0o777).toBe(0o600);
		await writeFile(path, 'damaged');
		await expect(readOrCreateKey(path)).rejects.toThrow('no JSON');
		expect(await readFile(path, 'utf8')).toBe('damaged');
		await rm(folder, { recursive: true });
	});
});
