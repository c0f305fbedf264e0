import { beforeAll, describe, expect, it } from 'vitest';
import {
	initCrypto,
	newSealingKeys,
	newSigningSeed,
	publicKeyOf,
	signBytes,
	toBase64Url,
	verifyBytes,
} from './keys.ts';

// RFC 8032, section 7.1, test 2: one byte.
const rfc = {
	seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
	publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
	message: '72',
	signature:
		'92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
		'085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
};
const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const seed = newSigningSeed(bytesOf(rfc.seed));
const message = bytesOf(rfc.message);
const key = toBase64Url(bytesOf(rfc.publicKey));

beforeAll(initCrypto);

describe('signBytes and publicKeyOf', () => {
	it('give what RFC 8032 gives', () => {
		expect(publicKeyOf(seed)).toBe(key);
		expect(Buffer.from(signBytes(seed, message)).toString('hex')).toBe(rfc.signature);
	});
});

describe('verifyBytes', () => {
	const signature = bytesOf(rfc.signature);

	it('accepts the signature of the bytes by the key', () => {
		expect(verifyBytes(key, message, signature)).toBe(true);
	});

	it.each([
		['other bytes', key, bytesOf('73'), signature],
		['no bytes', key, new Uint8Array(), signature],
		['another key', publicKeyOfZeros(), message, signature],
		['a key of 31 bytes', toBase64Url(bytesOf(rfc.publicKey).subarray(1)), message, signature],
		['a key of 33 bytes', toBase64Url(bytesOf(`${rfc.publicKey}00`)), message, signature],
		['no key', '', message, signature],
		['a signature of 63 bytes', key, message, signature.subarray(1)],
		['a signature of 65 bytes', key, message, bytesOf(`${rfc.signature}00`)],
		['no signature', key, message, new Uint8Array()],
		['a signature of zeros', key, message, new Uint8Array(64)],
		['a neutral key that signs everything', toBase64Url(bytesOf(`01${'00'.repeat(31)}`)), message, neutral()],
	])('refuses %s', (_situation, publicKey, bytes, given) => {
		expect(verifyBytes(publicKey, bytes, given)).toBe(false);
	});

	it('refuses each single changed bit of a signature', () => {
		const accepted = Array.from({ length: 512 }, (_, bit) => bit).filter((bit) => {
			const changed = Uint8Array.from(signature);
			changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
			return verifyBytes(key, message, changed);
		});
		expect(accepted).toEqual([]);
	});

	it('refuses the signature with the group order added, which a lax verifier takes for the same', () => {
		const order = 2n ** 252n + 27742317777372353535851937790883648493n;
		const scalar = littleEndian(signature.subarray(32)) + order;
		const second = Buffer.concat([signature.subarray(0, 32), toLittleEndian(scalar)]);
		expect(verifyBytes(key, message, second)).toBe(false);
	});
});

describe('newSigningSeed', () => {
	it.each([0, 31, 33, 64])('throws for %d bytes', (length) => {
		expect(() => newSigningSeed(new Uint8Array(length))).toThrow('an Ed25519 seed has 32 bytes');
	});

	it('cannot be printed', () => {
		expect(`${seed} ${JSON.stringify({ seed })}`).toBe('[redacted] {"seed":"[redacted]"}');
	});
});

describe('toBase64Url', () => {
	it('writes neither plus, slash nor padding', () => {
		expect(toBase64Url(new Uint8Array([0xfb, 0xff, 0xfe, 0]))).toBe('-__-AA');
	});
});

describe('newSealingKeys', () => {
	it('gives another pair of 32 bytes each time', async () => {
		const [one, other] = [await newSealingKeys(), await newSealingKeys()];
		expect([one.publicKey.length, one.secretKey.length]).toEqual([32, 32]);
		expect(one.secretKey).not.toEqual(other.secretKey);
	});
});

/** The public key of 32 zero bytes as a seed, RFC 8032's algorithm. */
function publicKeyOfZeros(): string {
	return toBase64Url(bytesOf('3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29'));
}

/** R is the neutral point and S is zero: valid for a neutral key under the bare equation. */
function neutral(): Uint8Array {
	return bytesOf(`01${'00'.repeat(63)}`);
}

function littleEndian(bytes: Uint8Array): bigint {
	return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function toLittleEndian(value: bigint): Uint8Array {
	return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}
