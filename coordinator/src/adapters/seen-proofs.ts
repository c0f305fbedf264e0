// Remembers proofs of possession for as long as they could be shown again, so that one on the wire is no use twice.

import type { Clock } from '@cordon/shared';

/** Remembers the id under the key that signed the proof, and says whether it was known. */
export type SeenProofs = (thumbprint: string, id: string) => boolean;

/**
 * Of one key, 30 a second over the ten minutes of a proof's life. Beyond it every proof of that key is taken for a
 * repeat: refusing is the safe side, and it is refused to nobody else. A key counts only once an issuer's token is
 * bound to it, so how many there are is the issuers' to limit.
 */
const mostOfOneKey = 20_000;

export function seenProofs(clock: Clock, lifeMs: number): SeenProofs {
	// Maps keep the order of insertion. Of proofs the oldest come first, of keys the one that was longest unused.
	const byKey = new Map<string, ProofsOfKey>();
	return (thumbprint, id) => {
		const nowMs = clock.nowMs();
		forgetUnused(byKey, nowMs);
		const ids = byKey.get(thumbprint)?.ids ?? new Map<string, number>();
		forgetExpired(ids, nowMs);
		if (ids.has(id) || ids.size >= mostOfOneKey) return true;
		const endMs = nowMs + lifeMs;
		ids.set(id, endMs);
		byKey.delete(thumbprint);
		byKey.set(thumbprint, { ids, lastEndMs: endMs });
		return false;
	};
}

interface ProofsOfKey {
	readonly ids: Map<string, number>;
	/** When the newest of them ends, and with it all. */
	readonly lastEndMs: number;
}

function forgetUnused(byKey: Map<string, ProofsOfKey>, nowMs: number): void {
	for (const [thumbprint, { lastEndMs }] of byKey) {
		if (lastEndMs > nowMs) return;
		byKey.delete(thumbprint);
	}
}

function forgetExpired(ids: Map<string, number>, nowMs: number): void {
	for (const [id, endMs] of ids) {
		if (endMs > nowMs) return;
		ids.delete(id);
	}
}
