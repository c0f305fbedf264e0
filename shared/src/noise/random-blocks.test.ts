import { describe, expect, it } from 'vitest';
import { inBlocks } from './random-blocks.ts';
import { seededRandom } from './seeded-random.ts';

describe('inBlocks', () => {
	it('hands out the bytes of the source in their order, across the ends of blocks', () => {
		const lengths = [1, 4095, 7, 4096, 3000, 3000, 2];
		const expected = seededRandom('blocks').bytes(5 * 4096);
		const blocks = inBlocks(seededRandom('blocks'));
		let at = 0;
		for (const length of lengths) {
			expect(blocks.bytes(length)).toEqual(expected.slice(at, at + length));
			at += length;
		}
	});

	it('reads words little-endian from the same stream as bytes, from any place in it', () => {
		const expected = new DataView(seededRandom('words').bytes(2 * 4096).buffer);
		const blocks = inBlocks(seededRandom('words'));
		expect(blocks.word()).toBe(expected.getUint32(0, true));
		blocks.bytes(4091);
		expect(blocks.word()).toBe(expected.getUint32(4095, true));
		expect(blocks.word()).toBe(expected.getUint32(4099, true));
	});

	it('gives words above 2^31 as positive numbers', () => {
		expect(inBlocks({ bytes: (length) => new Uint8Array(length).fill(255) }).word()).toBe(2 ** 32 - 1);
	});

	it('throws where the source gives less than asked, rather than hand out zeros', () => {
		const short = { bytes: (length: number) => new Uint8Array(length - 1) };
		expect(() => inBlocks(short).word()).toThrow('the random source ran short');
		expect(() => inBlocks(short).bytes(4)).toThrow('the random source ran short');
	});
});
