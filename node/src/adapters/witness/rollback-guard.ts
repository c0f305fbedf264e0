// Compares a database with its witness, at the start and for as long as the node runs: one that has gone back is found
// out before anything is written to it, and what it gained is witnessed before anything is said.

import { type Database, logGrowth } from '@cordon/shared';
import type { Mark } from './read-witness.ts';
import { isOlder, newest, type Progress, progressIn } from './store-progress.ts';
import type { WitnessFile } from './witness-file.ts';

/** The database is older than what this hospital has said: budget is forgotten, and answers could be given twice. */
export class StateRolledBack extends Error {
	constructor() {
		super(
			'the database is older than what this node has said: state rolled back. See "Backup and restore" in docs/operations.md, then `cordon node restore-accept`',
		);
		this.name = 'StateRolledBack';
	}
}

export interface GuardParts {
	readonly database: Database;
	readonly witness: WitnessFile;
	/** The database went back under the running node: nothing more may be said. */
	readonly rolledBack: () => void;
}

/** Errors  each throws `StateRolledBack`, from the first time on for ever. */
export interface RollbackGuard {
	/** Throws where the store is behind what was seen of it. */
	readonly check: () => Promise<Progress>;
	/** Checks, then does what changes the store. */
	readonly change: <T>(work: () => Promise<T>) => Promise<T>;
	/** All that the store holds now is on the witness's disk when it resolves. */
	readonly bringUp: () => Promise<void>;
	/** The same, of what went through `change`. */
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
	const { rootBefore, root, entries } = await database.read((tx) => logGrowth(tx, held.size));
	// A copy that has gone its own way since has as many entries, and others.
	if (rootBefore !== held.root) throw new StateRolledBack();
	const mark = { ...found, size: held.size + entries.length, root };
	if (isOlder(held, mark)) await witness.advance(mark, entries);
	return mark;
}

export function createRollbackGuard(parts: GuardParts): RollbackGuard {
	let hasGoneBack = false;
	let isBehind = true;
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
	const check = async (): Promise<Progress> => {
		// Another look may see more while this one is under way.
		const least = seen;
		const found = await parts.database.read(progressIn);
		if (isOlder(found, least)) throw new StateRolledBack();
		seen = newest(seen, found);
		return found;
	};
	const bringUp = async (): Promise<void> => {
		isBehind = false;
		try {
			seen = newest(seen, await bringUpWitness(parts));
		} catch (error) {
			isBehind = true;
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
		change: (work) =>
			guarded(async () => {
				await check();
				// Whatever comes of it: where the line was lost at the commit, nobody knows.
				return work().finally(() => {
					isBehind = true;
				});
			}),
		bringUp: () => inTurn(bringUp),
		bringUpChanges: () => inTurn(async () => (isBehind ? bringUp() : undefined)),
	};
}
