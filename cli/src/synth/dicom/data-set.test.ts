import { describe, expect, it } from 'vitest';
import { encodeFile } from './data-set.ts';
import { uidOf } from './uid.ts';

const meta = { sopClass: '1.2.3', sopInstance: '1.2.4', implementation: '1.2.5' };

/** What follows preamble, DICM and the meta group. */
function bodyOf(file: Buffer): string {
	const groupLength = file.readUInt32LE(140);
	return file.subarray(144 + groupLength).toString('hex');
}

describe('encodeFile', () => {
	it('starts with 128 zero bytes, DICM and the meta group with its length', () => {
		const file = encodeFile(meta, []);
		expect(file.subarray(0, 128).every((byte) => byte === 0)).toBe(true);
		expect(file.toString('latin1', 128, 132)).toBe('DICM');
		expect(file.toString('hex', 132, 140)).toBe('02000000554c0400');
		expect(file.length).toBe(144 + file.readUInt32LE(140));
		expect(file.includes('1.2.840.10008.1.2.1\0')).toBe(true);
	});

	it('orders elements by tag and pads text to an even length: UI with a zero byte, others with a space', () => {
		const file = encodeFile(meta, [
			['0010,0020', 'LO', 'N12'],
			['0008,0018', 'UI', '1.2'],
		]);
		expect(bodyOf(file)).toBe('0800180055490400312e3200' + '100020004c4f04004e313220');
	});

	it('writes numbers in little endian with the width of their representation', () => {
		expect(bodyOf(encodeFile(meta, [['0028,0010', 'US', [16]]]))).toBe('280010005553' + '0200' + '1000');
	});

	it('writes pixel data in the long form', () => {
		const body = bodyOf(encodeFile(meta, [['7FE0,0010', 'OW', Uint8Array.of(1, 2, 3, 4)]]));
		expect(body).toBe('e07f10004f570000' + '04000000' + '01020304');
	});

	it('writes sequences and items with explicit lengths, an empty sequence with length 0', () => {
		const body = bodyOf(
			encodeFile(meta, [
				['0008,1111', 'SQ', []],
				['0040,A043', 'SQ', [[['0008,0102', 'SH', 'DCM']]]],
			]),
		);
		expect(body).toBe(
			'0800111153510000' +
				'00000000' +
				'400043a053510000' +
				'14000000' +
				'feff00e0' +
				'0c000000' +
				'080002015348040044434d20',
		);
	});
});

describe('uidOf', () => {
	it('is the same for the same parts, differs for others, and is a valid UID', () => {
		const uid = uidOf(7, 'north', 'N100000', 'study');
		expect(uidOf(7, 'north', 'N100000', 'study')).toBe(uid);
		expect(uidOf(7, 'nort', 'hN100000', 'study')).not.toBe(uid);
		expect(uid).toMatch(/^2\.25\.[1-9]\d{1,38}$/);
	});
});
