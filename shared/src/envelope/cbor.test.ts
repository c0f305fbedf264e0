import { describe, expect, it } from 'vitest';
import { type CborValue, decodeCbor, encodeCbor } from './cbor.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (value: CborValue): string => Buffer.from(encodeCbor(value)).toString('hex');

describe('encodeCbor', () => {
	// RFC 8949, appendix A.
	it.each<[CborValue, string]>([
		[0, '00'],
		[23, '17'],
		[24, '1818'],
		[1_000_000, '1a000f4240'],
		[-1, '20'],
		[-1000, '3903e7'],
		[false, 'f4'],
		[null, 'f6'],
		['', '60'],
		['IETF', '6449455446'],
		[bytesOf('01020304'), '4401020304'],
		[[], '80'],
		[[1, [2, 3], [4, 5]], '8301820203820405'],
		[{ a: 1, b: [2, 3] }, 'a26161016162820203'],
	])('writes %j as the standard does', (value, hex) => {
		expect(hexOf(value)).toBe(hex);
		expect(decodeCbor(bytesOf(hex))).toEqual({ ok: true, value });
	});

	it('orders keys by their bytes, whatever their order was', () => {
		expect(hexOf({ b: 1, aa: 2, a: 3 })).toBe(hexOf({ a: 3, aa: 2, b: 1 }));
		expect(hexOf({ b: 1, aa: 2, a: 3 })).toBe('a361610361620162616102');
	});
});

describe('decodeCbor', () => {
	it('takes __proto__ for a key like any other, and gives nobody a prototype', () => {
		const decoded = decodeCbor(bytesOf('a1695f5f70726f746f5f5fa1616101'));
		if (!decoded.ok) throw new Error(decoded.error);
		expect(Object.keys(decoded.value as object)).toEqual(['__proto__']);
		expect(Object.getPrototypeOf(decoded.value)).toBe(Object.prototype);
	});

	it.each([
		['nothing', ''],
		['a byte behind', '0000'],
		['a number spelt longer', '1817'],
		['a length spelt longer', '5800'],
		['a text spelt longer', '780161'],
		['an array without an end', '9fff'],
		['a byte string in pieces', '5f4101ff'],
		['keys out of order', 'a2616201616101'],
		['a key twice', 'a2616101616102'],
		['a key that is no text', 'a10000'],
		['undefined', 'f7'],
		['a whole number as a float', 'fb3ff0000000000000'],
		['infinity', 'f97c00'],
		['not a number', 'f97e00'],
		['a number beyond 2^53', '1bffffffffffffffff'],
		['a big number', 'c249010000000000000000'],
		['a tag', 'c100'],
		['half of a surrogate pair', '63eda080'],
		['bytes cut short', '58ff00'],
		['a length beyond memory', '5bffffffffffffffff'],
		['an array beyond memory', '9bffffffffffffffff'],
		['an array in an array, and so on', '81'.repeat(500_000)],
	])('refuses %s', (_what, hex) => {
		expect(decodeCbor(bytesOf(hex))).toEqual({ ok: false, error: 'malformed' });
	});
});
