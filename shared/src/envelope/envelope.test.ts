import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto, publicKeyOf, type SigningSeed, signBytes } from '../keys.ts';
import { seedOf } from '../testing/sample-manifest.ts';
import { type CborValue, encodeCbor } from './cbor.ts';
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

function codeOf(bytes: Uint8Array, change: Partial<EnvelopeExpectation> = {}): string {
	const opened = openEnvelope(bytes, { ...expectation, ...change });
	return opened.ok ? 'ok' : opened.error;
}

/** A COSE_Sign1 by hand, whose signature is right, whatever its header and payload are. */
function sign1(header: Uint8Array, payload: Uint8Array, purpose: string = 'cordon-envelope/2'): Uint8Array {
	const signed = encodeCbor(['Signature1', header, Buffer.from(purpose), payload]);
	return encodeCbor([header, {}, payload, signBytes(north, signed)]);
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** {1: -19} */
const header = bytesOf('a10132');
const { from, to, kind, id, timeMs, body } = content;

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

	it('is a COSE_Sign1 that anybody reads: header, empty map, payload, signature', () => {
		const sealed = Buffer.from(sealEnvelope(content, north)).toString('hex');
		// An array of four: a1 01 32 as a byte string, an empty map, then a byte string whose length takes a byte.
		expect(sealed.startsWith('8443a10132a058')).toBe(true);
		const payload = encodeCbor([from, to, kind, id, timeMs, body]);
		expect(codeOf(sign1(header, payload))).toBe('ok');
	});

	it('carries byte strings as bytes', () => {
		const bytes = Uint8Array.of(0, 255, 128);
		const opened = openEnvelope(sealEnvelope({ ...content, body: { packed: bytes } }, north), expectation);
		expect(opened.ok && opened.value.body).toEqual({ packed: bytes });
	});

	it('refuses a body that was changed on the way', () => {
		const text = Buffer.from(sealEnvelope(content, north)).toString('latin1');
		const changed = text.replace('waitMs', 'waitXs');
		expect(codeOf(Buffer.from(changed, 'latin1'))).toBe('bad-signature');
	});

	it('refuses what the same key signed for another purpose', () => {
		const payload = encodeCbor([from, to, kind, id, timeMs, body]);
		expect(codeOf(sign1(header, payload, ''))).toBe('bad-signature');
		expect(codeOf(sign1(header, payload, 'cordon-envelope/1'))).toBe('bad-signature');
	});

	it('says of a forged envelope nothing but that it is forged', () => {
		const forged = sealEnvelope({ ...content, to: 'south', kind: 'other', timeMs: 0 }, seedOf('south'));
		expect(codeOf(forged)).toBe('bad-signature');
	});

	it('refuses each single changed bit, and each cut', () => {
		const sealed = sealEnvelope(content, north);
		const accepted = Array.from({ length: sealed.length * 8 }, (_, bit) => {
			const changed = sealed.slice();
			changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
			return codeOf(changed) === 'ok' ? bit : -1;
		}).filter((bit) => bit >= 0);
		const cut = Array.from({ length: sealed.length }, (_, length) => codeOf(sealed.subarray(0, length)));
		expect(accepted).toEqual([]);
		expect(new Set(cut)).toEqual(new Set(['malformed']));
	});

	it('refuses a byte behind it', () => {
		expect(codeOf(Buffer.concat([sealEnvelope(content, north), Buffer.alloc(1)]))).toBe('malformed');
	});

	it.each([
		['an algorithm of another number', 'a10127'],
		['a key of its own', 'a2013204413f'],
		['the same header spelt otherwise', 'a1013812'],
		['no header', ''],
	])('refuses %s, though the signature is right', (_what, hex) => {
		const payload = encodeCbor([from, to, kind, id, timeMs, body]);
		expect(codeOf(sign1(bytesOf(hex), payload))).toBe('malformed');
	});

	it.each<[string, CborValue]>([
		['that is a map', { from, to, kind, id, timeMs, body }],
		['that is null', null],
		['with a part more', [from, to, kind, id, timeMs, body, 1]],
		['without a body', [from, to, kind, id, timeMs]],
		['with a time that is no whole number', [from, to, kind, id, 0.5, body]],
		['with a time before 1970', [from, to, kind, id, -1, body]],
		['with an endless id', [from, to, kind, 'a'.repeat(201), timeMs, body]],
		['with a sender that is no text', [['north'], to, kind, id, timeMs, body]],
	])('refuses a payload %s, though the signature is right', (_what, value) => {
		expect(codeOf(sign1(header, encodeCbor(value)))).toBe('malformed');
	});

	it.each([
		['that is no CBOR', 'ff'],
		['of another spelling', '9f616161616161616100ff'],
		['with bytes behind it', '8661616161616161610100f600'],
	])('refuses a payload %s, though the signature is right', (_what, hex) => {
		expect(codeOf(sign1(header, bytesOf(hex)))).toBe('malformed');
	});

	it.each(['', '80', 'f6', '8443a10132a04040', 'd28443a10132a04040'])('refuses %j', (hex) => {
		expect(codeOf(bytesOf(hex))).toBe('malformed');
	});

	it('refuses a header that is not signed', () => {
		const payload = encodeCbor([from, to, kind, id, timeMs, body]);
		const signature = signBytes(
			north,
			encodeCbor(['Signature1', header, Buffer.from('cordon-envelope/2'), payload]),
		);
		expect(codeOf(encodeCbor([header, { note: 1 }, payload, signature]))).toBe('malformed');
	});
});
