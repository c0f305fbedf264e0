import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compressBlocks } from './bgzf.ts';

const endOfFile = '1f8b08040000000000ff0600424302001b0003000000000000000000';

/** Sizes of the blocks, as their BC fields say. */
function blockSizes(file: Buffer): readonly number[] {
	const sizes: number[] = [];
	for (let at = 0; at < file.length; ) {
		expect(file.toString('latin1', at + 12, at + 14)).toBe('BC');
		const size = file.readUInt16LE(at + 16) + 1;
		sizes.push(size);
		at += size;
	}
	return sizes;
}

describe('compressBlocks', () => {
	it('is gzip that gives the text back', () => {
		const text = Buffer.from('chr2\t208248388\tC\tT\n'.repeat(20_000));
		expect(gunzipSync(compressBlocks(text)).equals(text)).toBe(true);
	});

	it('ends with the empty block of the SAM specification', () => {
		expect(compressBlocks(Buffer.from('x')).subarray(-28).toString('hex')).toBe(endOfFile);
		expect(compressBlocks(Buffer.alloc(0)).toString('hex')).toBe(endOfFile);
	});

	it('names the size of every block, all under 64 KiB, also where nothing compresses', () => {
		const noise = Buffer.from(
			Array.from({ length: 200_000 }, (_, at) => (at * at * 31 + (at >> 3) * 17) & 255),
		);
		const file = compressBlocks(noise);
		const sizes = blockSizes(file);
		expect(sizes.length).toBe(5);
		expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(file.length);
		for (const size of sizes) expect(size).toBeLessThanOrEqual(65_536);
	});
});
