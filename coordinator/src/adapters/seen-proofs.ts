// Remembers proofs of possession for as long as they could be shown again, so that one on the wire is no use twice.

import type { Clock } from '@cordon/shared';

/** Remembers the id and says whether it was known. */
export type SeenProofs = (id: string) => boolean;

/** Beyond this every proof is taken for a repeat: under a flood of them, refusing is the safe side. */
const mostRemembered = 100_000;

export function seenProofs(clock: Clock, lifeMs: number): SeenProofs {
	// A Map keeps the order of insertion, so the oldest come first.
	const until = new Map<string, number>();
	return (id) => {
		const nowMs = clock.nowMs();
		for (const [old, endMs] of until) {
			if (endMs > nowMs) break;
			until.delete(old);
		}
		if (until.has(id) || until.size >= mostRemembered) return true;
		until.set(id, nowMs + lifeMs);
		return false;
	};
}
