// Lets a node say nothing that its witness does not hold, and change nothing once its database has gone back.

import type { Clock } from '@cordon/shared';
import type { SessionStore, SnapshotStore } from '../../ports.ts';
import type { StoredSessions } from '../session-store/session-store.ts';
import type { RollbackGuard } from './rollback-guard.ts';

export interface WitnessParts {
	readonly sessions: StoredSessions;
	readonly guard: RollbackGuard;
	readonly clock: Clock;
	/** Until then every request counts as seen before; 0: nothing was restored. */
	readonly quietUntilMs: number;
}

/**
 * Every message leaves by `unsent`: so the witness is brought up there, before the first is handed out.
 *
 * Errors  `standing`, `save`, `setPaused`, `unsent` and `cursor` throw `StateRolledBack`, from the first time on for ever.
 */
export function witnessedSessions({ sessions, guard, clock, quietUntilMs }: WitnessParts): SessionStore {
	return {
		...sessions,
		claimRequest: async (requestId, session) =>
			clock.nowMs() >= quietUntilMs && (await sessions.claimRequest(requestId, session)),
		cursor: async () => (await guard.check()).cursor,
		standing: (session) => guard.look(() => sessions.standing(session)),
		save: (change) => guard.write((least) => sessions.saveUnlessOlder(change, least)),
		setPaused: async (paused) => {
			await guard.change(() => sessions.setPaused(paused));
			await guard.bringUpChanges();
		},
		unsent: async () => {
			await guard.bringUpChanges();
			return sessions.unsent();
		},
	};
}

/** Consents come with a snapshot: an older one must not come back unseen. */
export function witnessedSnapshots(snapshots: SnapshotStore, guard: RollbackGuard): SnapshotStore {
	return {
		...snapshots,
		begin: async (epoch) => {
			const writer = await snapshots.begin(epoch);
			return {
				...writer,
				commit: async () => {
					await guard.change(() => writer.commit());
					await guard.bringUpChanges();
				},
			};
		},
	};
}
