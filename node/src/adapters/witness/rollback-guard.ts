// Compares a database with its witness, at the start and for as long as the node runs: one that has gone back is found
// out before anything is written to it, and what it gained is witnessed before anything is said.

import { type Database, logGrowth, type RecentEntries } from '@cordon/shared';
import {
	isOlder,
	newest,
	type Progress,
	progressIn,
	StateRolledBack,
	type Stood,
} from '../session-store/store-progress.ts';
import type { Mark } from './read-witness.ts';
import type { WitnessFile } from './witness-file.ts';

export interface GuardParts {
	readonly database: Database;
	readonly witness: WitnessFile;
	/** What this process appended to the log: it need not be read again. */
	readonly recent?: Pick<RecentEntries, 'growth'>;
	/** The database went back under the running node: nothing more may be said. */
	readonly rolledBack: () => void;
}

/** Errors  each throws `StateRolledBack`, from the first time on for ever. */
export interface RollbackGuard {
	/** Throws where the store is behind what was seen of it. */
	readonly check: () => Promise<Progress>;
	/** Reads something of the store, and where it stands in the same look. */
	readonly look: <T extends { readonly stood: Stood }>(read: () => Promise<T>) => Promise<T>;
	/** Checks, then does what changes the store. */
	readonly change: <T>(work: () => Promise<T>) => Promise<T>;
	/** Does what changes a store only where it is not older than it is given, and says where it stands then. */
	readonly write: <T extends { readonly stood: Stood }>(write: (least: Progress) => Promise<T>) => Promise<T>;
	/** All that the store holds now is on the witness's disk when it resolves. */
	readonly bringUp: () => Promise<void>;
	/** The same, of what went through `change` and `write`. */
	readonly bringUpChanges: () => Promise<void>;
}

/**
 * Compares the database with the witness and brings the witness up to it; one at a time.
 * Errors  throws `StateRolledBack`; the witness is then as it was.
 */
export async function bringUpWitness({
	database,
	witness,
}: Pick<GuardParts, 'database' | 'witness'>): Promise<Mark> {
	const held = witness.held();
	// In this order: what changes in between is in the log that is read last, and in the next mark.
	const found = await database.read(progressIn);
	if (isOlder(found, held)) throw new StateRolledBack();
	return takeGrowth({ database, witness }, found);
}

/** What a write said of the store: no further look is needed but at entries of the log that are not witnessed yet. */
async function bringUpTo(parts: Omit<GuardParts, 'rolledBack'>, stood: Stood): Promise<Mark> {
	const held = parts.witness.held();
	const known = parts.recent?.growth(held.size, stood.size) ?? null;
	// The same two trees, so the same entries between them.
	if (known !== null && known.rootBefore === held.root && known.root === stood.root)
		return advance(parts.witness, { ...newest(held, stood), root: known.root }, known.entries);
	if (stood.size !== held.size) return takeGrowth(parts, newest(held, stood));
	if (stood.root !== held.root) throw new StateRolledBack();
	return advance(parts.witness, { ...newest(held, stood), root: held.root }, []);
}

async function takeGrowth(
	{ database, witness }: Pick<GuardParts, 'database' | 'witness'>,
	found: Progress,
): Promise<Mark> {
	const held = witness.held();
	const { rootBefore, root, entries } = await database.read((tx) => logGrowth(tx, held.size));
	// A copy that has gone its own way since has as many entries, and others.
	if (rootBefore !== held.root) throw new StateRolledBack();
	return advance(witness, { ...found, size: held.size + entries.length, root }, entries);
}

async function advance(
	witness: WitnessFile,
	mark: Mark,
	entries: Parameters<WitnessFile['advance']>[1],
): Promise<Mark> {
	if (isOlder(witness.held(), mark)) await witness.advance(mark, entries);
	return mark;
}

/** What the witness may lack: nothing; what a write has said of the store; or nobody knows. */
type Behind = 'nothing' | 'unknown' | Stood;

export function createRollbackGuard(parts: GuardParts): RollbackGuard {
	let hasGoneBack = false;
	let behind: Behind = 'unknown';
	/** false: there may be a change in the store, now or later, that nobody was told of. */
	let isCertain = true;
	let seen: Progress = parts.witness.held();
	let turn: Promise<unknown> = Promise.resolve();
	const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
		try {
			if (hasGoneBack) throw new StateRolledBack();
			return await work();
		} catch (error) {
			if (error instanceof StateRolledBack && !hasGoneBack) {
				hasGoneBack = true;
				parts.rolledBack();
			}
			throw error;
		}
	};
	const look = async <T extends { readonly stood: Stood }>(read: () => Promise<T>): Promise<T> => {
		// Another look may see more while this one is under way.
		const least = seen;
		const found = await read();
		if (isOlder(found.stood, least)) throw new StateRolledBack();
		seen = newest(seen, found.stood);
		return found;
	};
	const check = async (): Promise<Progress> =>
		(await look(async () => ({ stood: await parts.database.read(progressIn) }))).stood;
	const write = async <T extends { readonly stood: Stood }>(
		work: (least: Progress) => Promise<T>,
	): Promise<T> => {
		try {
			const written = await look(() => work(seen));
			if (behind !== 'unknown') behind = newerOf(behind, written.stood);
			return written;
		} catch (error) {
			// Where the line was lost at the commit, it may be made at any time from here on.
			isCertain = false;
			throw error;
		}
	};
	const bringUp = async (lacking: Behind): Promise<void> => {
		behind = 'nothing';
		try {
			const mark =
				typeof lacking === 'object' ? await bringUpTo(parts, lacking) : await bringUpWitness(parts);
			seen = newest(seen, mark);
		} catch (error) {
			behind = 'unknown';
			throw error;
		}
	};
	const inTurn = (work: () => Promise<void>): Promise<void> => {
		const done = turn.then(() => guarded(work));
		turn = done.catch(() => undefined);
		return done;
	};
	return {
		check: () => guarded(check),
		look: (read) => guarded(() => look(read)),
		change: (work) =>
			guarded(async () => {
				await check();
				return work().finally(() => {
					behind = 'unknown';
				});
			}),
		write: (work) => guarded(() => write(work)),
		bringUp: () => inTurn(() => bringUp('unknown')),
		bringUpChanges: () =>
			inTurn(async () => {
				if (!isCertain) return bringUp('unknown');
				return behind === 'nothing' ? undefined : bringUp(behind);
			}),
	};
}

/** Of two writes that were answered in any order: the root is the longer log's. */
function newerOf(one: Exclude<Behind, 'unknown'>, other: Stood): Stood {
	if (one === 'nothing') return other;
	const { root } = one.size > other.size ? one : other;
	return { ...newest(one, other), root };
}
