// Puts safe counts under the masks of secure aggregation, and gives masked vectors their only wire form.

import { err, ok, type Result } from '../result.ts';
import { wordsOf } from './little-endian-words.ts';
import type { MaskedShare, SafeCount } from './numbers.ts';

const bytesPerCell = 8;

/**
 * (count + mask) mod 2^64 a cell; uniform to everybody who lacks the masks. A mask is used for one cell, once.
 *
 * Errors  throws where lengths differ: a cell sent without its mask would be a patient count in the clear.
 */
export function maskCounts(cells: readonly SafeCount[], masks: BigUint64Array): MaskedShare {
	if (cells.length !== masks.length) throw new Error('as many masks as cells');
	const masked = new BigUint64Array(masks);
	for (const [at, cell] of (cells as unknown as readonly bigint[]).entries()) {
		// The array wraps by itself, a count below zero included.
		masked[at] = (masked[at] ?? 0n) + cell;
	}
	return masked as unknown as MaskedShare;
}

/** Base64url without padding; 8 bytes little-endian a cell. */
export function encodeMaskedShare(share: MaskedShare): string {
	const { buffer, byteOffset, byteLength } = share as unknown as BigUint64Array;
	return Buffer.from(buffer, byteOffset, byteLength).toString('base64url');
}

/** Accepts exactly the text that `encodeMaskedShare` writes for `cells` cells, no second spelling of it. */
export function decodeMaskedShare(text: string, cells: number): Result<MaskedShare, 'malformed-shares'> {
	// Checked before decoding, so that a long text costs nothing.
	if (text.length !== Math.ceil((cells * bytesPerCell * 4) / 3)) return err('malformed-shares');
	const bytes = Buffer.from(text, 'base64url');
	if (bytes.length !== cells * bytesPerCell || bytes.toString('base64url') !== text) {
		return err('malformed-shares');
	}
	return ok(wordsOf(bytes) as unknown as MaskedShare);
}
