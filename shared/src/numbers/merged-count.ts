// Opens the network's sum, for the coordinator's merge stage: nothing smaller than the whole sum ever opens.

import { bytesOfShare, type VectorShape } from './masked-share.ts';
import type { MaskedShare, MergedCount, SafeCount } from './numbers.ts';
import { addBytes, centredValues, newSum, subtractBytes, type ValueSum, wordsOfSum } from './value-sum.ts';

/**
 * Takes the remaining masks off the sum of all masked vectors, and decodes centred around zero.
 *
 * Shape   `summed` and `unmask` (the masks' sum a cell) are of one shape.
 * Errors  throws where they are not: a short vector would shift the cells of a result.
 */
export function mergeShares(
	summed: MaskedShare,
	unmask: ValueSum,
	shape: VectorShape,
): readonly MergedCount[] {
	const words = wordsWithout(summed, unmask, shape);
	return centredValues(words, shape.valueBits) as unknown as readonly MergedCount[];
}

/** The same sum still masked, by what only the researcher of a blind network can take off. */
export function mergeSealed(summed: MaskedShare, unmask: ValueSum, shape: VectorShape): MaskedShare {
	return wordsWithout(summed, unmask, shape) as unknown as MaskedShare;
}

function wordsWithout(
	summed: MaskedShare,
	unmask: ValueSum,
	shape: VectorShape,
): BigUint64Array<ArrayBuffer> {
	const sum = newSum(shape.cells, shape.valueBits);
	addBytes(sum, bytesOfShare(summed, shape));
	subtractBytes(sum, new Uint8Array(wordsOfSum(unmask).buffer));
	if (sum.words.length !== unmask.words.length) throw new Error('vectors of different lengths');
	return wordsOfSum(sum);
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
