// Lets a node say nothing that its witness does not hold, and change nothing once its database has gone back.

import type { Clock } from '@cordon/shared';
import type { SessionStore, SnapshotStore, Standing } from '../../ports.ts';
import type { SessionChange, SessionRecord } from '../../session.ts';
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
	const recent = createRecentRecords();
	let pauses = 0;
	let paused: boolean | null = null;
	let isPauseCertain = true;
	const standing = async (session: string): Promise<Standing> => {
		const before = pauses;
		const found = await guard.look(() => sessions.standing(session));
		// A pause that came meanwhile is not in it, or not yet.
		if (pauses === before && isPauseCertain) paused = found.paused;
		return found;
	};
	const forgetPause = (): void => {
		pauses += 1;
		paused = null;
	};
	return {
		...sessions,
		claimRequest: async (requestId, session) =>
			clock.nowMs() >= quietUntilMs && (await sessions.claimRequest(requestId, session)),
		cursor: async () => (await guard.check()).cursor,
		standing,
		resume: async (session) => {
			const record = recent.find(session);
			return record === null || paused === null ? standing(session) : { record, prepared: null, paused };
		},
		save: (change) =>
			recent.whileSaving(change, async () => {
				const { isKept } = await guard.write((least) => sessions.saveUnlessOlder(change, least));
				return isKept;
			}),
		setPaused: async (paused) => {
			forgetPause();
			await guard
				.change(() => sessions.setPaused(paused))
				.catch((error: unknown) => {
					// It may be made at any time from here on: whether it was is read each time.
					isPauseCertain = false;
					throw error;
				})
				.finally(forgetPause);
			await guard.bringUpChanges();
		},
		unsent: async () => {
			// In this order: what is handed out was there when the witness was brought up.
			const mail = await sessions.unsent();
			await guard.bringUpChanges();
			return mail;
		},
	};
}

/** As many as may be in the middle of a question at once, and be quick. */
const mostRemembered = 8;

interface RecentRecords {
	readonly find: (session: string) => SessionRecord | null;
	/** Remembers what was saved until the session ends, and nothing of what may not have been. */
	readonly whileSaving: (change: SessionChange, save: () => Promise<boolean>) => Promise<void>;
}

/** This process is the only one that writes to its store: what it saved last is what stands there. */
function createRecentRecords(): RecentRecords {
	const records = new Map<string, SessionRecord>();
	return {
		find: (session) => records.get(session) ?? null,
		whileSaving: async ({ record }, save) => {
			if (record !== null) records.delete(record.session);
			const isKept = await save();
			if (!isKept || record === null || record.ended) return;
			records.set(record.session, record);
			const [oldest] = records.keys();
			if (records.size > mostRemembered && oldest !== undefined) records.delete(oldest);
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
