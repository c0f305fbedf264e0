import { createCipheriv } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../hash.ts';
import { initCrypto } from '../keys.ts';
import { seededRandom } from '../noise/seeded-random.ts';
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
	};
	const secret = new Uint8Array(32).fill(9);
	const psid = psidOf(terms);
	const usid = usidOf(terms, [{ hospital: 'a' }, { hospital: 'b' }]);
	const sid = sidOf(terms, usid, ['a', 'b'], ['e1', 'e2']);

	it.each([
		['psid', psid, '5e582b660cbfa29d02a171a980accdd19a83c56a20220d29969e5dc094bee80d'],
		['usid', usid, '55c7f37eceb1e0539fa0bb97c221c3c39a486cc1d305433110998912cc5aba0a'],
		['sid', sid, 'ed706fb5452ace8b4d074028e29d8e94577f342335a3c0c3255668f16f69a964'],
		[
			'channel key',
			channelKey(secret, usid, 'a', 'b'),
			'e14baa54c819b233d050fd0d63d7f1b21a9faed61aca4f948494dbba132e5e88',
		],
		[
			'pair mask key',
			pairMaskKey(secret, sid, 'b', 'a'),
			'914a1848e4f9d15706010b6fef5d405eddce64bbaddb64b0b335080f9b46092e',
		],
		[
			'self mask key',
			selfMaskKey(secret, sid, 'a'),
			'e7b8f17e8b9c93ce9a10ac3291a78489b58dbabe777c523b4156030628acb091',
		],
		[
			'commitment',
			selfMaskCommitment(psid, 'a', secret),
			'47478472ee219e448a68b09cce5bf83ffbb5daa01b4bb36317c4ce0b4d6e2bb8',
		],
		[
			'hash of a masked vector',
			Buffer.from(maskedHash(sid, 'AQAAAAAAAAA'), 'base64url'),
			'3f44b88b184c673e2ee1281a9dbb8d7f6df869ea0cc44502ea43b198a3bf4206',
		],
	])('gives the %s', (_name, found, expected) => {
		expect(toHex(found)).toBe(expected);
	});

	it('gives both ends one pair mask, and each direction its own channel', () => {
		expect(pairMaskKey(secret, sid, 'a', 'b')).toEqual(pairMaskKey(secret, sid, 'b', 'a'));
		expect(channelKey(secret, usid, 'a', 'b')).not.toEqual(channelKey(secret, usid, 'b', 'a'));
	});
});

describe('addMask', () => {
	it('adds the ChaCha20 key stream of RFC 8439 from counter 0', () => {
		// Appendix A.1, test vector 1.
		const expected = '76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7';
		const mask = new BigUint64Array(4);
		addMask(mask, new Uint8Array(32));
		expect(Buffer.from(mask.buffer).toString('hex')).toBe(expected);
	});

	it('is undone by subtractMask, across the wrap', () => {
		const sum = BigUint64Array.of(5n, 2n ** 64n - 1n);
		const key = new Uint8Array(32).fill(7);
		addMask(sum, key);
		expect([...sum]).not.toEqual([5n, 2n ** 64n - 1n]);
		subtractMask(sum, key);
		expect([...sum]).toEqual([5n, 2n ** 64n - 1n]);
	});

	it.each([2_047, 2_048, 2_049, 5_000])(
		'adds one key stream to a vector of %d cells, without a seam',
		(cells) => {
			const key = new Uint8Array(32).fill(9);
			const sum = new BigUint64Array(cells);
			addMask(sum, key);
			const whole = createCipheriv('chacha20', key, Buffer.alloc(16)).update(Buffer.alloc(cells * 8));
			expect(Buffer.from(sum.buffer).equals(whole)).toBe(true);
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
