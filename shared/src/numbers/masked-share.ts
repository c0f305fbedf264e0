// Puts safe counts under the masks of secure aggregation, and gives masked vectors their only wire form.

import { err, ok, type Result } from '../result.ts';
import type { MaskedShare, SafeCount } from './numbers.ts';
import {
	addBytes,
	bytesOfValues,
	cellsOfSum,
	newSum,
	type ValueBits,
	type ValueSum,
	wordsOfSum,
} from './value-sum.ts';

/** Of one vector: how many values, and of how many bits each. */
export interface VectorShape {
	readonly cells: number;
	readonly valueBits: ValueBits;
}

/** Bytes that a masked vector of the shape takes. */
export function bytesOfShape({ cells, valueBits }: VectorShape): number {
	return (cells * valueBits) / 8;
}

/**
 * (count + mask) mod 2^64 or 2^128 a cell; uniform to everybody who lacks the masks. A mask is used for one cell, once.
 *
 * Errors  throws where lengths differ: a cell sent without its mask would be a patient count in the clear.
 */
export function maskCounts(cells: readonly SafeCount[], masks: ValueSum): MaskedShare {
	if (cells.length !== cellsOfSum(masks)) throw new Error('as many masks as cells');
	const masked = { ...masks, words: masks.words.slice() };
	addBytes(masked, bytesOfValues(cells as unknown as readonly bigint[], masks.valueBits));
	return wordsOfSum(masked) as unknown as MaskedShare;
}

/** The sum of two masked vectors is masked as they are. Errors: throws where one has another shape. */
export function addMaskedShares(one: MaskedShare, other: MaskedShare, shape: VectorShape): MaskedShare {
	const sum = newSum(shape.cells, shape.valueBits);
	for (const share of [one, other]) addBytes(sum, bytesOfShare(share, shape));
	return wordsOfSum(sum) as unknown as MaskedShare;
}

/** Errors: throws where the vector has another shape: a short one would shift the cells of a result. */
export function bytesOfShare(share: MaskedShare, shape: VectorShape): Uint8Array {
	const { buffer, byteOffset, byteLength } = share as unknown as BigUint64Array;
	if (byteLength !== bytesOfShape(shape)) throw new Error('vectors of different lengths');
	return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Base64url without padding; 8 or 16 bytes little-endian a cell. */
export function encodeMaskedShare(share: MaskedShare): string {
	const { buffer, byteOffset, byteLength } = share as unknown as BigUint64Array;
	return Buffer.from(buffer, byteOffset, byteLength).toString('base64url');
}

/** Accepts exactly the text that `encodeMaskedShare` writes for a vector of the shape, no second spelling of it. */
export function decodeMaskedShare(text: string, shape: VectorShape): Result<MaskedShare, 'malformed-shares'> {
	const length = bytesOfShape(shape);
	// Checked before decoding, so that a long text costs nothing.
	if (text.length !== Math.ceil((length * 4) / 3)) return err('malformed-shares');
	const bytes = Buffer.from(text, 'base64url');
	if (bytes.length !== length || bytes.toString('base64url') !== text) return err('malformed-shares');
	return ok(new BigUint64Array(new Uint8Array(bytes).buffer) as unknown as MaskedShare);
}
