import { describe, expect, it } from 'vitest';
import { isPublicKeyText } from './key-agreement.ts';

describe('isPublicKeyText', () => {
	it("takes the curve's base point, and no other spelling of it", () => {
		expect(isPublicKeyText(`CQ${'A'.repeat(41)}`)).toBe(true);
		expect(isPublicKeyText(`CQ${'A'.repeat(40)}B`)).toBe(false);
		expect(isPublicKeyText(`CQ${'A'.repeat(41)}=`)).toBe(false);
	});

	// The points of low order of Curve25519 and its twist.
	it.each([
		'00'.repeat(32),
		`01${'00'.repeat(31)}`,
		'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
		'5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
		`ec${'ff'.repeat(30)}7f`,
		`ed${'ff'.repeat(30)}7f`,
	])('refuses a point that gives zeros with every secret: %s', (hex) => {
		expect(isPublicKeyText(Buffer.from(hex, 'hex').toString('base64url'))).toBe(false);
	});

	it.each(['', 'AAAA', '_'.repeat(44)])('refuses %j: not 32 bytes', (text) => {
		expect(isPublicKeyText(text)).toBe(false);
	});
});
