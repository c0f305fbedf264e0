import { beforeAll, describe, expect, it } from 'vitest';
import {
	createDpopProof,
	type DpopExpectation,
	type DpopProofContent,
	verifyDpopProof,
} from './dpop-proof.ts';
import { newRequestKey, type RequestKey } from './request-key.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);
const content: DpopProofContent = {
	method: 'POST',
	url: 'https://cordon.example/v1/queries?wait=1',
	token: 'token-1',
	jti: '00112233445566778899aabbccddeeff',
	nowMs,
};
let key: RequestKey;
let stranger: RequestKey;

beforeAll(async () => {
	key = (await newRequestKey()).key;
	stranger = (await newRequestKey()).key;
});

async function codeOf(proof: string, change: Partial<DpopExpectation> = {}): Promise<string> {
	const verified = await verifyDpopProof({
		proof,
		method: 'POST',
		url: 'https://cordon.example/v1/queries',
		token: 'token-1',
		expectedJkt: key.jkt,
		nowMs,
		maxAgeMs: 60_000,
		seen: async () => false,
		...change,
	});
	return verified.ok ? 'ok' : verified.error;
}

describe('verifyDpopProof', () => {
	it('takes a proof for this request, whatever its query string', async () => {
		expect(await codeOf(await createDpopProof(content, key))).toBe('ok');
	});

	it.each([
		['another method', { method: 'GET' }, 'request-altered'],
		['another path', { url: 'https://cordon.example/v1/other' }, 'request-altered'],
		['another host', { url: 'https://evil.example/v1/queries' }, 'request-altered'],
		['plain HTTP', { url: 'http://cordon.example/v1/queries' }, 'request-altered'],
		['another token', { token: 'token-2' }, 'token-invalid'],
		['a later time', { nowMs: nowMs + 60_001 }, 'request-stale'],
		['an earlier time', { nowMs: nowMs - 60_001 }, 'request-stale'],
	])('does not take it for %s', async (_situation, change, code) => {
		expect(await codeOf(await createDpopProof(content, key), change)).toBe(code);
	});

	it('takes a proof once', async () => {
		const used = new Set<string>();
		const seen = async (jti: string): Promise<boolean> => used.size === used.add(jti).size;
		const proof = await createDpopProof(content, key);
		expect(await codeOf(proof, { seen })).toBe('ok');
		expect(await codeOf(proof, { seen })).toBe('request-replayed');
	});

	it('refuses a proof by another key, without a token, or altered', async () => {
		const proof = await createDpopProof(content, key);
		expect(await codeOf(await createDpopProof(content, stranger))).toBe('token-invalid');
		expect(await codeOf(await createDpopProof({ ...content, token: null }, key))).toBe('token-invalid');
		expect(await codeOf(`${proof.slice(0, -4)}AAAA`)).toBe('token-invalid');
		expect(await codeOf('')).toBe('token-invalid');
	});
});
