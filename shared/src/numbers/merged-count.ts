// Opens the network's sum, for the coordinator's merge stage: nothing smaller than the whole sum ever opens.

import { addWords, subtractWords } from './little-endian-words.ts';
import type { MaskedShare, MergedCount, SafeCount } from './numbers.ts';

/**
 * Sums masked vectors cell by cell, takes the remaining masks off, and decodes centred around zero.
 *
 * Shape   one vector a contributor, all of one length, which is that of `unmask` (the masks' sum a cell).
 * Errors  throws where lengths differ: a short vector would shift the cells of a result.
 */
export function mergeShares(shares: readonly MaskedShare[], unmask: BigUint64Array): readonly MergedCount[] {
	const sum = mergeSealed(shares, unmask) as unknown as BigUint64Array;
	return [...new BigInt64Array(sum.buffer)] as unknown as readonly MergedCount[];
}

/** The sum of masked vectors without the masks given: still masked, by those that only the researcher can take off. */
export function mergeSealed(shares: readonly MaskedShare[], unmask: BigUint64Array): MaskedShare {
	if (shares.length === 0) throw new Error('nothing to merge');
	const sum = new BigUint64Array(unmask.length);
	for (const share of shares as unknown as readonly BigUint64Array[]) addWords(sum, share);
	subtractWords(sum, unmask);
	return sum as unknown as MaskedShare;
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
