// The hashes from which a log of some size grows, and its root follows: one for each bit of the size that is set.

import { nodeHash, rootOf } from './merkle-tree.ts';

/** `hashes` of the complete subtrees over all `size` leaves, left to right, each higher than the next. */
export interface CompactRange {
	readonly size: number;
	readonly hashes: readonly Uint8Array[];
}

export interface GrownRange {
	readonly range: CompactRange;
	/** The subtrees that the leaf has completed, itself first: one of each level from 0 up. */
	readonly completed: readonly Uint8Array[];
}

/** Errors: throws where the hashes are not as many as a range of that size has. */
export function compactRange(size: number, hashes: readonly Uint8Array[]): CompactRange {
	if (hashes.length !== bitsSet(size)) throw new Error('the log has lost a hash of its tree');
	return { size, hashes };
}

export function growRange({ size, hashes }: CompactRange, leaf: Uint8Array): GrownRange {
	const rest = [...hashes];
	const completed = [leaf];
	let hash = leaf;
	for (let level = 1; (size + 1) % 2 ** level === 0; level += 1) {
		const left = rest.pop();
		if (left === undefined) throw new Error('the log has lost a hash of its tree');
		hash = nodeHash(left, hash);
		completed.push(hash);
	}
	return { range: { size: size + 1, hashes: [...rest, hash] }, completed };
}

/** RFC 6962 section 2.1. */
export function rootOfRange({ hashes }: CompactRange): Uint8Array {
	return hashes.length === 0
		? rootOf([])
		: hashes.reduceRight((right: Uint8Array, left: Uint8Array) => nodeHash(left, right));
}

/** Not by shifts: they end at 32 bits. */
function bitsSet(size: number): number {
	return size.toString(2).replaceAll('0', '').length;
}
