// Opens a node's store under its witness: an older copy of the database is found out before anything is said.

import { type Clock, type RecentEntries, recentEntries } from '@cordon/shared';
import { lastRestoredMs } from './adapters/ledger/charge-restored.ts';
import { createRollbackGuard } from './adapters/witness/rollback-guard.ts';
import type { WitnessFile } from './adapters/witness/witness-file.ts';
import { witnessedSessions, witnessedSnapshots } from './adapters/witness/witnessed-sessions.ts';
import type { NodeStore, UnwitnessedStore } from './open-adapters.ts';

export const maxRequestAgeMs = 600_000;
/** How far a researcher's clock may run ahead of ours. */
const clockSkewMs = 60_000;

export interface WitnessGuards {
	readonly witness: WitnessFile;
	readonly clock: Clock;
	/** The database went back while the node ran. */
	readonly rolledBack: () => void;
}

export interface WitnessedStore extends NodeStore {
	/** For the log that is kept in it: what it appends is then witnessed without being read again. */
	readonly recent: RecentEntries;
	/** Errors  rejects where the store has gone back. */
	readonly check: () => Promise<unknown>;
	/** Whatever the log holds now, the witness holds when it resolves. */
	readonly bringUpWitness: () => Promise<void>;
}

/**
 * After a restored store was accepted, every request that may have been answered before it counts as seen.
 * Errors  throws `StateRolledBack`: an older copy of the database forgets what was spent and said.
 */
export async function witnessedStore(
	store: UnwitnessedStore,
	guards: WitnessGuards,
): Promise<WitnessedStore> {
	const { database } = store;
	const recent = recentEntries();
	const guard = createRollbackGuard({ ...guards, database, recent });
	await guard.bringUp();
	const restoredMs = await database.read(lastRestoredMs);
	const quietUntilMs = restoredMs === null ? 0 : restoredMs + maxRequestAgeMs + clockSkewMs;
	return {
		...store,
		sessions: witnessedSessions({ sessions: store.sessions, guard, clock: guards.clock, quietUntilMs }),
		snapshots: witnessedSnapshots(store.snapshots, guard),
		recent,
		check: guard.check,
		bringUpWitness: guard.bringUp,
	};
}
