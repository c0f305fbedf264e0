// Turns a raw count into one that may leave the disclose stage: noised, or admitted to an exact release.

import type { RawCount, SafeCount } from './numbers.ts';

/** Adds this hospital's noise share; the share is drawn before the data are read (see ../noise). */
export function addNoise(raw: RawCount, noise: bigint): SafeCount {
	return make(read(raw) + noise);
}

/** Admits a true count to an exact release under secure aggregation: the threshold is applied to the sum. */
export function admitExact(raw: RawCount): SafeCount {
	return make(read(raw));
}

/**
 * Admits a true count to an exact release of a plain network, where the hospital itself hides small cells.
 *
 * Shape   a hidden cell is `null`, never 0 (a zero is a fact too).
 * Units   distinct patients of this hospital; `k` is the least number a cell may show; k <= 1 hides nothing.
 * Errors  throws where `k` is not an integer: a threshold that cannot be compared would hide nothing.
 */
export function admitAtLeast(raw: RawCount, k: number): SafeCount | null {
	if (!Number.isSafeInteger(k)) throw new Error('k is an integer');
	const count = read(raw);
	return k > 1 && count < BigInt(k) ? null : make(count);
}

function read(raw: RawCount): bigint {
	return raw as unknown as bigint;
}

function make(value: bigint): SafeCount {
	return value as unknown as SafeCount;
}
