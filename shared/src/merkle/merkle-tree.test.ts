// Every proof this log makes must verify against its own root, and against no other.

import { describe, expect, it } from 'vitest';
import { consistencyProof, inclusionProof, leafHash, rootOf } from './merkle-tree.ts';
import { isConsistent, isIncluded } from './verify-proof.ts';

const leaves = Array.from({ length: 33 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));

describe('inclusionProof', () => {
	it('verifies for each entry of each size up to 33, and not for the next entry', () => {
		for (let size = 1; size <= leaves.length; size += 1) {
			const tree = leaves.slice(0, size);
			const root = rootOf(tree);
			for (const [index, hash] of tree.entries()) {
				const claim = {
					index: BigInt(index),
					size: BigInt(size),
					leafHash: hash,
					proof: inclusionProof(tree, index),
					root,
				};
				expect(isIncluded(claim)).toBe(true);
				if (size > 1) expect(isIncluded({ ...claim, index: BigInt((index + 1) % size) })).toBe(false);
			}
		}
	});
});

describe('consistencyProof', () => {
	it('verifies for each pair of sizes up to 33, and not for a rewritten past', () => {
		for (let size = 1; size <= leaves.length; size += 1) {
			for (let old = 1; old <= size; old += 1) {
				const tree = leaves.slice(0, size);
				const proof = consistencyProof(tree, old);
				const claim = {
					oldSize: BigInt(old),
					newSize: BigInt(size),
					oldRoot: rootOf(leaves.slice(0, old)),
					newRoot: rootOf(tree),
					proof,
				};
				expect(isConsistent(claim)).toBe(true);
				const rewritten = rootOf([...leaves.slice(0, old - 1), leafHash(Buffer.from('forged'))]);
				expect(isConsistent({ ...claim, oldRoot: rewritten })).toBe(false);
			}
		}
	});
});
