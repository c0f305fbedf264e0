// Splits a mask secret among the members and rebuilds it; the one place that meets the Shamir library.
// The library draws from the platform's CSPRNG itself and answers asynchronously: hence the promises of this folder.

import { combine, split } from 'shamir-secret-sharing';
import { err, ok, type Result } from '../result.ts';

export async function splitSecret(
	secret: Uint8Array,
	shares: number,
	threshold: number,
): Promise<readonly Uint8Array[]> {
	return split(Uint8Array.from(secret), shares, threshold);
}

/** Rebuilds from exactly the given shares. Whether it is the right secret only its commitment tells. */
export async function combineShares(shares: readonly Uint8Array[]): Promise<Result<Uint8Array, 'bad-share'>> {
	const copies = shares.map((share) => Uint8Array.from(share));
	// Each share ends with its coordinate, 1..255; the library throws where two are equal.
	const coordinates = new Set(copies.map((share) => share.at(-1) ?? 0));
	if (coordinates.size !== copies.length || coordinates.has(0)) return err('bad-share');
	return ok(await combine(copies));
}
