import { createCipheriv } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../hash.ts';
import { initCrypto } from '../keys.ts';
import { seededRandom } from '../noise/seeded-random.ts';
import { addBytes, bytesOfValues, newSum, type ValueSum, wordsOfSum } from '../numbers/value-sum.ts';
import { channelKey, pairMaskKey, selfMaskCommitment, selfMaskKey } from './key-agreement.ts';
import { addMask, subtractMask } from './mask-stream.ts';
import { seal, unseal } from './sealed-box.ts';
import { combineShares, splitSecret } from './secret-sharing.ts';
import { maskedHash } from './signatures.ts';
import { psidOf, type SecaggTerms, sidOf, usidOf } from './terms.ts';

beforeAll(initCrypto);

// Expected values recomputed outside this program, from the text of the protocol.
describe('derivations of cordon-secagg/1', () => {
	const terms: SecaggTerms = {
		session: '00'.repeat(32),
		manifestHash: '11'.repeat(32),
		policyHash: '22'.repeat(32),
		roster: ['a', 'b', 'c'].map((hospital, i) => ({
			hospital,
			identityKey: Buffer.alloc(32, i + 1).toString('base64url'),
		})),
		parameters: { hospitals: 3, colluders: 1, threshold: 3, minimum: 3, noiseHospitals: 2 },
		requestHash: '33'.repeat(32),
		cells: 2,
		valueBits: 64,
	};
	const secret = new Uint8Array(32).fill(9);
	const psid = psidOf(terms);
	const usid = usidOf(terms, [{ hospital: 'a' }, { hospital: 'b' }]);
	const sid = sidOf(terms, usid, ['a', 'b'], ['e1', 'e2']);

	it.each([
		['psid', psid, '5e582b660cbfa29d02a171a980accdd19a83c56a20220d29969e5dc094bee80d'],
		['usid', usid, '55c7f37eceb1e0539fa0bb97c221c3c39a486cc1d305433110998912cc5aba0a'],
		['sid', sid, '850c0a0761f3b4c0781a9a49dca13e9dee883077c6f2f5a54c57b976c3fc40af'],
		[
			'channel key',
			channelKey(secret, usid, 'a', 'b'),
			'e14baa54c819b233d050fd0d63d7f1b21a9faed61aca4f948494dbba132e5e88',
		],
		[
			'pair mask key',
			pairMaskKey(secret, sid, 'b', 'a'),
			'218f7380f11f2fc7a10fddb26b18d34b22b20c77a4deb7f282aafaed6742c6e7',
		],
		[
			'self mask key',
			selfMaskKey(secret, sid, 'a'),
			'573d786afaa24ba79daf0d0cd4749895093f9e95e8c14ff3f5215f2b8f75fe5f',
		],
		[
			'commitment',
			selfMaskCommitment(psid, 'a', secret),
			'47478472ee219e448a68b09cce5bf83ffbb5daa01b4bb36317c4ce0b4d6e2bb8',
		],
		[
			'hash of a masked vector',
			Buffer.from(maskedHash(sid, 'AQAAAAAAAAA'), 'base64url'),
			'768026c12d92af1642fd732eddbf087a531c4ca75e3358a42e39eaa4b56c3a36',
		],
	])('gives the %s', (_name, found, expected) => {
		expect(toHex(found)).toBe(expected);
	});

	it('gives vectors of another width, or length, another sid and so other masks', () => {
		const wide = sidOf({ ...terms, valueBits: 128 }, usid, ['a', 'b'], ['e1', 'e2']);
		expect(toHex(wide)).toBe('92f40724f9d5a5a1251bc9690dc953b14c4aad6270555dd47bc549843dca3b18');
		const longer = sidOf({ ...terms, cells: 3 }, usid, ['a', 'b'], ['e1', 'e2']);
		expect(toHex(longer)).not.toBe(toHex(sid));
	});

	it('gives both ends one pair mask, and each direction its own channel', () => {
		expect(pairMaskKey(secret, sid, 'a', 'b')).toEqual(pairMaskKey(secret, sid, 'b', 'a'));
		expect(channelKey(secret, usid, 'a', 'b')).not.toEqual(channelKey(secret, usid, 'b', 'a'));
	});
});

describe('addMask', () => {
	const bytesOf = (sum: ValueSum): Buffer => Buffer.from(wordsOfSum(sum).buffer);

	it.each([64, 128] as const)(
		'adds the ChaCha20 key stream of RFC 8439 from counter 0 to %d-bit values',
		(bits) => {
			// Appendix A.1, test vector 1.
			const expected = '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7';
			const mask = newSum(256 / bits, bits);
			addMask(mask, new Uint8Array(32));
			expect(bytesOf(mask).toString('hex')).toBe(expected);
		},
	);

	it('is undone by subtractMask, across the wrap', () => {
		const sum = newSum(2, 64);
		const key = new Uint8Array(32).fill(7);
		const before = bytesOfValues([5n, -1n], 64);
		addBytes(sum, before);
		addMask(sum, key);
		expect(bytesOf(sum).equals(before)).toBe(false);
		subtractMask(sum, key);
		expect(bytesOf(sum).equals(before)).toBe(true);
	});

	it.each([8_191, 8_192, 8_193, 20_000])(
		'adds one key stream to a vector of %d cells, without a seam',
		(cells) => {
			const key = new Uint8Array(32).fill(9);
			const sum = newSum(cells, 64);
			addMask(sum, key);
			const whole = createCipheriv('chacha20', key, Buffer.alloc(16)).update(Buffer.alloc(cells * 8));
			expect(bytesOf(sum).equals(whole)).toBe(true);
		},
	);
});

describe('unseal', () => {
	const key = new Uint8Array(32).fill(3);
	const box = seal(key, Uint8Array.of(1, 2, 3), seededRandom('box'));

	it('opens what was sealed', () => {
		expect(unseal(key, box)).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3) });
	});

	it('refuses a box with any byte changed, cut, or under another key', () => {
		const broken = { ok: false, error: 'bad-share' };
		for (let i = 0; i < box.length; i += 1) {
			expect(
				unseal(
					key,
					box.map((byte, position) => (position === i ? byte ^ 1 : byte)),
				),
			).toEqual(broken);
			expect(unseal(key, box.subarray(0, i))).toEqual(broken);
		}
		expect(unseal(new Uint8Array(32), box)).toEqual(broken);
	});
});

describe('combineShares', () => {
	const random = seededRandom('secret');
	const secret = random.bytes(32);

	it('rebuilds from any t of n shares, and not from fewer', () => {
		const shares = splitSecret(secret, { shares: 5, threshold: 3 }, random);
		for (const chosen of [
			[0, 1, 2],
			[4, 2, 0],
			[1, 3, 4],
		]) {
			const picked = chosen.map((i) => shares[i] ?? new Uint8Array());
			expect(combineShares(picked)).toEqual({ ok: true, value: secret });
		}
		const two = combineShares(shares.slice(0, 2));
		expect(two.ok && toHex(two.value)).not.toBe(toHex(secret));
	});

	it('refuses one coordinate twice, and coordinate 0', () => {
		const shares = splitSecret(secret, { shares: 3, threshold: 2 }, random);
		const first = shares[0] ?? new Uint8Array();
		expect(combineShares([first, first])).toEqual({ ok: false, error: 'bad-share' });
		const zero = first.map((byte, i) => (i === 32 ? 0 : byte));
		expect(combineShares([zero, first])).toEqual({ ok: false, error: 'bad-share' });
	});

	it('draws fresh shares each time', () => {
		const [a, b] = [
			splitSecret(secret, { shares: 3, threshold: 2 }, random),
			splitSecret(secret, { shares: 3, threshold: 2 }, random),
		];
		expect(a.map(toHex)).not.toEqual(b.map(toHex));
	});
});
