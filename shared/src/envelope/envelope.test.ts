import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../hash.ts';
import { initCrypto, publicKeyOf, type SigningSeed, signBytes, toBase64Url } from '../keys.ts';
import { seedOf } from '../testing/sample-manifest.ts';
import { type EnvelopeExpectation, openEnvelope, sealEnvelope } from './envelope.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);
const content = {
	from: 'north',
	to: 'coordinator',
	kind: 'poll',
	id: 'poll-1',
	timeMs: nowMs,
	body: { after: 3, waitMs: 20_000 },
};
let north: SigningSeed;
let expectation: EnvelopeExpectation;

beforeAll(async () => {
	await initCrypto();
	north = seedOf('north');
	const keys = new Map(['north', 'south'].map((name) => [name, publicKeyOf(seedOf(name))]));
	expectation = {
		to: 'coordinator',
		kind: 'poll',
		keyOf: (from) => keys.get(from) ?? null,
		nowMs,
		maxAgeMs: 60_000,
	};
});

function codeOf(text: string, change: Partial<EnvelopeExpectation> = {}): string {
	const opened = openEnvelope(text, { ...expectation, ...change });
	return opened.ok ? 'ok' : opened.error;
}

/** A JWS whose signature is right, whatever its header and payload are. */
function jws(header: string, payload: string, seed: SigningSeed = north): string {
	const signed = `${toBase64Url(Buffer.from(header))}.${toBase64Url(Buffer.from(payload))}`;
	return `${signed}.${toBase64Url(signBytes(seed, Buffer.from(signed)))}`;
}

const header = '{"alg":"EdDSA","typ":"cordon-envelope+jws"}';

describe('openEnvelope', () => {
	it('gives what was sealed', () => {
		expect(openEnvelope(sealEnvelope(content, north), expectation)).toEqual({ ok: true, value: content });
	});

	it('takes a clock that is off by the age allowed, either way', () => {
		for (const timeMs of [nowMs - 60_000, nowMs + 60_000]) {
			expect(codeOf(sealEnvelope({ ...content, timeMs }, north))).toBe('ok');
		}
	});

	it.each([
		['too old', { timeMs: nowMs - 60_001 }, 'stale'],
		['from the future', { timeMs: nowMs + 60_001 }, 'stale'],
		['for somebody else', { to: 'south' }, 'wrong-recipient'],
		['of another kind', { kind: 'session' }, 'wrong-kind'],
		['of a stranger', { from: 'west' }, 'unknown-sender'],
		['of nobody', { from: '' }, 'unknown-sender'],
		['in the name of another member', { from: 'south' }, 'bad-signature'],
	])('refuses an envelope %s', (_situation, change, code) => {
		expect(codeOf(sealEnvelope({ ...content, ...change }, north))).toBe(code);
	});

	it('refuses one under a key that has been replaced', () => {
		const keyOf = (): string => publicKeyOf(seedOf('north log'));
		expect(codeOf(sealEnvelope(content, north), { keyOf })).toBe('bad-signature');
	});

	it('refuses a body that was changed on the way', () => {
		const [head, , signature] = sealEnvelope(content, north).split('.');
		const payload = toBase64Url(Buffer.from(canonicalJson({ ...content, body: { after: 0 } })));
		expect(codeOf(`${head}.${payload}.${signature}`)).toBe('bad-signature');
	});

	it('says of a forged envelope nothing but that it is forged', () => {
		const forged = sealEnvelope({ ...content, to: 'south', kind: 'other', timeMs: 0 }, seedOf('south'));
		expect(codeOf(forged)).toBe('bad-signature');
	});

	it('refuses each single changed character', () => {
		const text = sealEnvelope(content, north);
		const accepted = Array.from(text, (character, at) => {
			const changed = character === 'A' ? 'B' : 'A';
			return codeOf(`${text.slice(0, at)}${changed}${text.slice(at + 1)}`) === 'ok' ? at : -1;
		}).filter((at) => at >= 0);
		expect(accepted).toEqual([]);
	});

	it.each([
		['an algorithm of none', '{"alg":"none","typ":"cordon-envelope+jws"}'],
		['a symmetric algorithm', '{"alg":"HS256","typ":"cordon-envelope+jws"}'],
		['another type', '{"alg":"EdDSA","typ":"JWT"}'],
		['a key of its own', '{"alg":"EdDSA","typ":"cordon-envelope+jws","jwk":{}}'],
		['the same header spelt otherwise', '{"typ":"cordon-envelope+jws","alg":"EdDSA"}'],
		['no header', ''],
	])('refuses %s, though the signature is right', (_what, given) => {
		expect(codeOf(jws(given, canonicalJson(content)))).toBe('malformed');
	});

	it.each<[string, string]>([
		['that is not JSON', 'not JSON'],
		['that is a list', '[]'],
		['that is null', 'null'],
		['with an unknown key', canonicalJson({ ...content, extra: 1 })],
		['without an id', canonicalJson({ ...content, id: undefined })],
		['without a time', canonicalJson({ ...content, timeMs: undefined })],
		['without a body', canonicalJson({ ...content, body: undefined })],
		['with a time that is no whole number', canonicalJson({ ...content, timeMs: 0.5 })],
		['with a time before 1970', canonicalJson({ ...content, timeMs: -1 })],
		['with an endless time', canonicalJson(content).replace(String(nowMs), '1e999')],
		['with an endless id', canonicalJson({ ...content, id: 'a'.repeat(201) })],
		['with a sender that is no text', canonicalJson({ ...content, from: ['north'] })],
	])('refuses a payload %s, though the signature is right', (_what, payload) => {
		expect(codeOf(jws(header, payload))).toBe('malformed');
	});

	it.each(['', '.', '..', 'a.b', 'a.b.c', 'a.b.c.d'])('refuses %j', (text) => {
		expect(codeOf(text)).toBe('malformed');
	});

	it('refuses a sealed envelope with a part more or less', () => {
		const text = sealEnvelope(content, north);
		expect([codeOf(`${text}.x`), codeOf(text.slice(0, text.lastIndexOf('.')))]).toEqual([
			'malformed',
			'malformed',
		]);
		expect(codeOf(text.slice(0, text.lastIndexOf('.') + 1))).toBe('bad-signature');
	});
});
