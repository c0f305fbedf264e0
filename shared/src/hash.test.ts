import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson, hashParts, toHex } from './hash.ts';

describe('hashParts', () => {
	it('hashes tag and parts, each after its length in 8 bytes', () => {
		const preimage = '0000000000000003746167' + '00000000000000026162' + '0000000000000000';
		const expected = createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex');
		expect(toHex(hashParts('tag', 'ab', ''))).toBe(expected);
	});

	it('takes a text as its UTF-8 bytes', () => {
		expect(hashParts('t', 'é')).toEqual(hashParts('t', new Uint8Array([0xc3, 0xa9])));
	});

	it.each([
		['a border moved between parts', ['a', 'bc'], ['ab', 'c']],
		['an empty part added', ['a'], ['a', '']],
		['parts joined', ['a', 'b'], ['ab']],
		['parts exchanged', ['a', 'b'], ['b', 'a']],
	])('differs for %s', (_situation, one, other) => {
		expect(toHex(hashParts('t', ...one))).not.toBe(toHex(hashParts('t', ...other)));
	});

	it('differs for a part that was a tag', () => {
		expect(toHex(hashParts('t', 'a'))).not.toBe(toHex(hashParts('a', 't')));
	});
});

describe('canonicalJson', () => {
	it('sorts keys by UTF-16 code units and writes numbers in their shortest form', () => {
		expect(canonicalJson({ b: 1.0, a: [1e21, -0, true, null], é: '\u20ac' })).toBe(
			'{"a":[1e+21,0,true,null],"b":1,"é":"€"}',
		);
	});

	it('leaves out what is undefined, so that an absent key and an undefined one are alike', () => {
		expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
	});

	it('keeps a key called __proto__', () => {
		expect(canonicalJson(JSON.parse('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
	});

	it.each([
		['undefined', undefined],
		['a function', () => 1],
		['NaN', Number.NaN],
		['infinity', { a: Number.POSITIVE_INFINITY }],
		['a bigint', { a: 1n }],
	])('throws for %s', (_what, value) => {
		expect(() => canonicalJson(value)).toThrow();
	});

	it('throws for an object that holds itself', () => {
		const ring: Record<string, unknown> = {};
		ring['self'] = ring;
		expect(() => canonicalJson(ring)).toThrow();
	});
});

describe('toHex', () => {
	it('writes two lower-case digits a byte', () => {
		expect(toHex(new Uint8Array([0, 10, 255]))).toBe('000aff');
	});
});
