import { createDpopProof, type Manifest, newRequestKey, type RequestKey, signRequest } from '@cordon/shared';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PresentedProof, ResearcherGate } from '../ports.ts';
import { manualTime, startMs } from '../testing/test-coordinator.ts';
import { testFounding } from '../testing/test-policy.ts';
import { researcherGate } from './researcher-gate.ts';

// Only what the gate reads of a manifest.
const manifest = { network: 'test-network', issuers: testFounding.issuers } as unknown as Manifest;
const url = 'http://127.0.0.1:8440/v1/queries';
let key: RequestKey;
let gate: ResearcherGate;
let tokenFor: (claims?: object, lifeSeconds?: number) => Promise<string>;

beforeAll(async () => {
	({ key } = await newRequestKey());
	const issuer = await generateKeyPair('ES256', { extractable: true });
	const keys = createLocalJWKSet({ keys: [await exportJWK(issuer.publicKey)] });
	gate = researcherGate({ clock: manualTime(), keysOf: () => keys });
	tokenFor = (claims = {}, lifeSeconds = 600) =>
		new SignJWT({ cnf: { jkt: key.jkt }, ...claims })
			.setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
			.setIssuer('https://id.example')
			.setAudience('test-network')
			.setSubject('alice')
			.setIssuedAt(startMs / 1000 - 10)
			.setExpirationTime(startMs / 1000 - 10 + lifeSeconds)
			.sign(issuer.privateKey);
});

let proofs = 0;

async function presented(token: string, changes: Partial<PresentedProof> = {}): Promise<PresentedProof> {
	proofs += 1;
	const content = {
		method: 'POST',
		url,
		token,
		jti: `proof-number-${String(proofs).padStart(8, '0')}`,
		nowMs: startMs,
	};
	const proof = await createDpopProof(content, key);
	return { authorization: `DPoP ${token}`, proof, method: 'POST', url, ...changes };
}

describe('researcherGate.authenticate', () => {
	it('names the person behind a bound token and its proof', async () => {
		const token = await tokenFor();
		expect(await gate.authenticate(await presented(token), manifest)).toEqual({
			ok: true,
			value: { person: 'alice', token },
		});
	});

	it('refuses a proof that was shown before as request-replayed', async () => {
		const shown = await presented(await tokenFor());
		await gate.authenticate(shown, manifest);
		expect(await gate.authenticate(shown, manifest)).toEqual({ ok: false, error: 'request-replayed' });
	});

	it.each([
		['no proof', { proof: null }, 'token-invalid'],
		['a bearer token', { authorization: 'Bearer x' }, 'token-invalid'],
		['another address', { url: 'http://127.0.0.1:8440/v1/queries/1' }, 'request-altered'],
		['another method', { method: 'GET' }, 'request-altered'],
	] as const)('refuses %s', async (_, changes, error) => {
		expect(await gate.authenticate(await presented(await tokenFor(), changes), manifest)).toEqual({
			ok: false,
			error,
		});
	});

	it('refuses an expired token, and one for another audience', async () => {
		const expired = await presented(await tokenFor({}, 5));
		expect(await gate.authenticate(expired, manifest)).toEqual({ ok: false, error: 'token-expired' });
		const [issuer] = testFounding.issuers;
		const elsewhere = { ...manifest, issuers: [{ ...issuer, audience: 'elsewhere' }] } as unknown as Manifest;
		expect(await gate.authenticate(await presented(await tokenFor()), elsewhere)).toEqual({
			ok: false,
			error: 'token-wrong-audience',
		});
	});
});

describe('researcherGate.verifyRequest', () => {
	const payload = {
		cordon: 1,
		question: { a: 1 },
		audience: 'test-network',
		iatMs: startMs,
		jti: 'ab'.repeat(16),
	} as const;

	it('gives the question of a request signed by the token’s key', async () => {
		const signed = { token: await tokenFor(), request: await signRequest(payload, key) };
		expect(await gate.verifyRequest(signed, manifest)).toMatchObject({
			ok: true,
			value: { person: 'alice', question: { a: 1 }, requestId: payload.jti },
		});
	});

	it('refuses a request signed by another key, and one for another network', async () => {
		const { key: other } = await newRequestKey();
		const token = await tokenFor();
		const foreign = { token, request: await signRequest(payload, other) };
		expect(await gate.verifyRequest(foreign, manifest)).toEqual({ ok: false, error: 'request-altered' });
		const elsewhere = { token, request: await signRequest({ ...payload, audience: 'other' }, key) };
		expect(await gate.verifyRequest(elsewhere, manifest)).toEqual({
			ok: false,
			error: 'token-wrong-audience',
		});
	});
});
