// Marks a merged count as released, for the coordinator's release stage alone, after threshold and suppression.

import type { MergedCount, ReleasedCount } from './numbers.ts';

/** The sum itself, for the release stage to decide on (threshold, margins, rounding); never for a log or a wire. */
export function readMerged(merged: MergedCount): bigint {
	return merged as unknown as bigint;
}

export function releaseCount(merged: MergedCount): ReleasedCount {
	return merged as unknown as ReleasedCount;
}

/** Errors  throws beyond 2^53: a result that prints another number than was summed is worse than none. */
export function readReleased(released: ReleasedCount): number {
	const value = Number(released as unknown as bigint);
	if (!Number.isSafeInteger(value)) throw new Error('a released count is beyond 2^53');
	return value;
}
