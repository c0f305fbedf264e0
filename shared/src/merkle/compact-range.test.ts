import { expect, it } from 'vitest';
import { compactRange, growRange, rootOfRange } from './compact-range.ts';
import { leafHash, rootOf } from './merkle-tree.ts';

/** Enough for 70 leaves. */
const levels = [0, 1, 2, 3, 4, 5, 6];
const leaves = Array.from({ length: 70 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));

it('gives the root of the whole tree, and the subtrees each leaf completes, for each size up to 70', () => {
	let range = compactRange(0, []);
	expect(rootOfRange(range)).toEqual(rootOf([]));
	for (const [at, leaf] of leaves.entries()) {
		const grown = growRange(range, leaf);
		expect(grown.completed).toEqual(
			levels
				.filter((level) => (at + 1) % 2 ** level === 0)
				.map((level) => rootOf(leaves.slice(at + 1 - 2 ** level, at + 1))),
		);
		range = grown.range;
		expect(rootOfRange(range)).toEqual(rootOf(leaves.slice(0, at + 1)));
		expect(compactRange(range.size, range.hashes)).toEqual(range);
	}
});

it('throws where a hash of the range is missing or one too many', () => {
	const [hash = new Uint8Array()] = leaves;
	expect(() => compactRange(3, [hash])).toThrow('lost a hash');
	expect(() => compactRange(4, [hash, hash])).toThrow('lost a hash');
	expect(() => compactRange(2 ** 33 + 1, [hash])).toThrow('lost a hash');
});
