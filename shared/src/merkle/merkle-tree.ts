// The RFC 6962 Merkle tree: what an auditor recomputes and what a log proves from.

import { createHash } from 'node:crypto';
import { splitOf } from './subtrees.ts';

/** SHA-256 of 0x00 and the entry (RFC 6962 section 2.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
	return new Uint8Array(
		createHash('sha256')
			.update(Buffer.from([0]))
			.update(entry)
			.digest(),
	);
}

/** SHA-256 of 0x01 and the two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
	return new Uint8Array(
		createHash('sha256')
			.update(Buffer.from([1]))
			.update(left)
			.update(right)
			.digest(),
	);
}

/** Root of the tree over these leaf hashes; of no leaves, the hash of nothing. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
	if (leaves.length === 0) return new Uint8Array(createHash('sha256').digest());
	return subtree(leaves, 0, leaves.length);
}

/** Siblings from the leaf up (RFC 6962 section 2.1.1). Errors: throws where the index is not in the tree. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): readonly Uint8Array[] {
	if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length)
		throw new RangeError('no such leaf');
	const path = (from: number, to: number): readonly Uint8Array[] => {
		if (to - from === 1) return [];
		const middle = from + splitOf(to - from);
		return index < middle
			? [...path(from, middle), subtree(leaves, middle, to)]
			: [...path(middle, to), subtree(leaves, from, middle)];
	};
	return path(0, leaves.length);
}

/** Proof that the tree of the first `oldSize` leaves is a prefix (RFC 6962 section 2.1.2). Errors: throws outside 1..size. */
export function consistencyProof(leaves: readonly Uint8Array[], oldSize: number): readonly Uint8Array[] {
	if (!Number.isSafeInteger(oldSize) || oldSize < 1 || oldSize > leaves.length)
		throw new RangeError('no such size');
	const path = (old: number, from: number, to: number, whole: boolean): readonly Uint8Array[] => {
		if (old === to - from) return whole ? [] : [subtree(leaves, from, to)];
		const split = splitOf(to - from);
		const middle = from + split;
		return old <= split
			? [...path(old, from, middle, whole), subtree(leaves, middle, to)]
			: [...path(old - split, middle, to, false), subtree(leaves, from, middle)];
	};
	return path(oldSize, 0, leaves.length, true);
}

function subtree(leaves: readonly Uint8Array[], from: number, to: number): Uint8Array {
	if (to - from === 1) {
		const leaf = leaves[from];
		if (leaf === undefined) throw new RangeError('no such leaf');
		return leaf;
	}
	const middle = from + splitOf(to - from);
	return nodeHash(subtree(leaves, from, middle), subtree(leaves, middle, to));
}
