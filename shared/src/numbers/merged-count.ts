// Opens the network's sum, for the coordinator's merge stage: nothing smaller than the whole sum ever opens.

import type { MaskedShare, MergedCount, SafeCount } from './numbers.ts';

/**
 * Sums masked vectors cell by cell, takes the remaining masks off, and decodes centred around zero.
 *
 * Shape   one vector a contributor, all of one length, which is that of `unmask` (the masks' sum a cell).
 * Errors  throws where lengths differ: a short vector would shift the cells of a result.
 */
export function mergeShares(
	vectors: readonly (readonly MaskedShare[])[],
	unmask: readonly bigint[],
): readonly MergedCount[] {
	const negated = unmask.map((mask) => -mask);
	const opened = sumVectors([negated, ...(vectors as unknown as readonly (readonly bigint[])[])]);
	return opened.map((sum) => BigInt.asIntN(64, sum) as unknown as MergedCount);
}

/** The same for a plain network, where there is no mask to take off. */
export function mergeSafeCounts(vectors: readonly (readonly SafeCount[])[]): readonly MergedCount[] {
	return sumVectors(
		vectors as unknown as readonly (readonly bigint[])[],
	) as unknown as readonly MergedCount[];
}

function sumVectors(vectors: readonly (readonly bigint[])[]): readonly bigint[] {
	const [first, ...rest] = vectors;
	if (first === undefined) throw new Error('nothing to merge');
	const sums = [...first];
	for (const vector of rest) {
		if (vector.length !== sums.length) throw new Error('vectors of different lengths');
		for (const [cell, value] of vector.entries()) sums[cell] = (sums[cell] ?? 0n) + value;
	}
	return sums;
}
