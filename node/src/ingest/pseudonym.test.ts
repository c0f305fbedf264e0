import { Sensitive } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { pseudonymOf } from './pseudonym.ts';

const north = new Sensitive(new Uint8Array(32).fill(1));
const south = new Sensitive(new Uint8Array(32).fill(2));

describe('pseudonymOf', () => {
	it('gives one name to an identifier with and without surrounding white space', () => {
		expect(pseudonymOf(' P-17\t', north)).toBe(pseudonymOf('P-17', north));
	});

	it('gives unrelated names to one identifier in two hospitals', () => {
		expect(pseudonymOf('P-17', north)).not.toBe(pseudonymOf('P-17', south));
	});

	it('equals HMAC-SHA-256 as RFC 4231 case 1 pads its key', () => {
		const key = new Uint8Array(32);
		key.fill(0x0b, 0, 20);
		expect(pseudonymOf('Hi There', new Sensitive(key))).toBe(
			'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
		);
	});

	it('throws where the key is too short', () => {
		expect(() => pseudonymOf('P-17', new Sensitive(new Uint8Array(16)))).toThrow('32 bytes');
	});
});
