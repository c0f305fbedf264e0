import { expect, it } from 'vitest';
import { compactRange, emptyRange, growRange, rootOfRange } from './compact-range.ts';
import { leafHash, rootOf } from './merkle-tree.ts';
import { completedBy } from './subtrees.ts';

const leaves = Array.from({ length: 70 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));

it('gives the root of the whole tree, and the subtrees each leaf completes, for each size up to 70', () => {
	let range = emptyRange;
	expect(rootOfRange(range)).toEqual(rootOf([]));
	for (const [at, leaf] of leaves.entries()) {
		const grown = growRange(range, leaf);
		expect(grown.completed).toEqual(
			completedBy(at).map(({ level, position }) =>
				rootOf(leaves.slice(position * 2 ** level, (position + 1) * 2 ** level)),
			),
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
