// Puts safe counts under the masks of secure aggregation, and gives masked shares their only wire form.

import { err, ok, type Result } from '../result.ts';
import type { MaskedShare, SafeCount } from './numbers.ts';

const bytesPerCell = 8;

/** (count + mask) mod 2^64; uniform to everybody who lacks the mask. A mask is used for one cell, once. */
export function maskCount(safe: SafeCount, mask: bigint): MaskedShare {
	return BigInt.asUintN(64, (safe as unknown as bigint) + mask) as unknown as MaskedShare;
}

/** Base64url without padding; 8 bytes little-endian a cell. */
export function encodeMaskedShares(shares: readonly MaskedShare[]): string {
	const bytes = Buffer.alloc(shares.length * bytesPerCell);
	for (const [cell, share] of shares.entries()) {
		bytes.writeBigUInt64LE(share as unknown as bigint, cell * bytesPerCell);
	}
	return bytes.toString('base64url');
}

/** Accepts exactly the text that `encodeMaskedShares` writes for `cells` cells, no second spelling of it. */
export function decodeMaskedShares(
	text: string,
	cells: number,
): Result<readonly MaskedShare[], 'malformed-shares'> {
	// Checked before decoding, so that a long text costs nothing.
	if (text.length !== Math.ceil((cells * bytesPerCell * 4) / 3)) return err('malformed-shares');
	const bytes = Buffer.from(text, 'base64url');
	if (bytes.length !== cells * bytesPerCell || bytes.toString('base64url') !== text) {
		return err('malformed-shares');
	}
	const shares: MaskedShare[] = [];
	for (let cell = 0; cell < cells; cell += 1) {
		shares.push(bytes.readBigUInt64LE(cell * bytesPerCell) as unknown as MaskedShare);
	}
	return ok(shares);
}
