// Which complete subtrees a log keeps, so that its root and its proofs need a handful of hashes and not every leaf's.

/** Covers the leaves position * 2^level up to (position + 1) * 2^level - 1; at level 0 it is one leaf. */
export interface Subtree {
	readonly level: number;
	readonly position: number;
}

/** The largest power of two smaller than `size` (RFC 6962 section 2.1). */
export function splitOf(size: number): number {
	let split = 1;
	while (split * 2 < size) split *= 2;
	return split;
}

/**
 * The complete subtrees over the leaves `from` up to `to - 1`, left to right: at most one a level. Folded from the
 * right they give the RFC's hash of those leaves.
 *
 * Shape   `from` is 0 or a multiple of a power of two that is at least `to - from`, as each part of an RFC tree is.
 */
export function coverOf(from: number, to: number): readonly Subtree[] {
	const cover: Subtree[] = [];
	for (let at = from; at < to; ) {
		const level = heightOf(to - at);
		cover.push({ level, position: at / 2 ** level });
		at += 2 ** level;
	}
	return cover;
}

/** The subtrees behind each hash of an inclusion proof, from the leaf up. Errors: throws where the index is not in the tree. */
export function siblingsOf(index: number, size: number): readonly (readonly Subtree[])[] {
	if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
	const siblings: (readonly Subtree[])[] = [];
	let [from, to] = [0, size];
	while (to - from > 1) {
		const middle = from + splitOf(to - from);
		const isLeft = index < middle;
		siblings.push(isLeft ? coverOf(middle, to) : coverOf(from, middle));
		[from, to] = isLeft ? [from, middle] : [middle, to];
	}
	return siblings.reverse();
}

/** The largest level whose subtree has no more than `leaves`; counted, since a logarithm rounds up near 2^49. */
function heightOf(leaves: number): number {
	let level = 0;
	while (2 ** (level + 1) <= leaves) level += 1;
	return level;
}
