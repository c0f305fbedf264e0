// Lets a node say nothing that its witness does not hold, and nothing at all once its database has gone back.

import { type Clock, type Database, entriesFrom, logRoot, logSize } from '@cordon/shared';
import type { SessionStore } from '../../ports.ts';
import { cursorIn } from '../session-store/session-store.ts';
import type { Mark, WitnessFile } from './witness-file.ts';

/** The database is older than what this hospital has said: budget is forgotten, and answers could be given twice. */
export class StateRolledBack extends Error {
	constructor() {
		super(
			'the database is older than what this node has said: state rolled back. See "Backup and restore" in docs/operations.md, then `cordon node restore-accept`',
		);
		this.name = 'StateRolledBack';
	}
}

export interface WitnessParts {
	readonly database: Database;
	readonly sessions: SessionStore;
	readonly witness: WitnessFile;
	/** The database went back under the running node: nothing more may be said. */
	readonly rolledBack: () => void;
	readonly clock: Clock;
	/** Until then every request counts as seen before; 0: nothing was restored. */
	readonly quietUntilMs: number;
}

/**
 * Compares the database with the witness and brings the witness up to it.
 * Errors  throws `StateRolledBack`; the witness is then as it was.
 */
export async function bringUpWitness({
	database,
	witness,
}: Pick<WitnessParts, 'database' | 'witness'>): Promise<Mark> {
	const held = witness.held();
	const { mark, entries } = await database.transaction(async (tx) => {
		const size = await logSize(tx);
		const cursor = await cursorIn(tx);
		if (size < held.size || cursor < held.cursor) throw new StateRolledBack();
		// A copy that has gone its own way since has as many entries, and others.
		if ((await logRoot(tx, held.size)) !== held.root) throw new StateRolledBack();
		if (size === held.size) return { mark: { ...held, cursor }, entries: [] };
		const root = await logRoot(tx, size);
		return { mark: { size, root, cursor }, entries: await entriesFrom(tx, held.size) };
	});
	const isSame = mark.size === held.size && mark.cursor === held.cursor;
	if (!isSame) await witness.advance(mark, entries);
	return mark;
}

/**
 * Every message leaves by `unsent`: so the witness is brought up there, before the first is handed out.
 *
 * Errors  `save`, `unsent` and `cursor` throw `StateRolledBack`, from the first time on for ever.
 */
export function witnessedSessions(parts: WitnessParts): SessionStore {
	const { sessions, witness } = parts;
	let isBehind = true;
	let hasGoneBack = false;
	let heard = witness.held().cursor;
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
	const currentCursor = async (): Promise<number> => {
		const cursor = await sessions.cursor();
		if (cursor < heard) throw new StateRolledBack();
		heard = cursor;
		return cursor;
	};
	return {
		...sessions,
		claimRequest: async (requestId, session) =>
			parts.clock.nowMs() >= parts.quietUntilMs && (await sessions.claimRequest(requestId, session)),
		cursor: () => guarded(currentCursor),
		save: (change) =>
			guarded(async () => {
				await currentCursor();
				isBehind = true;
				await sessions.save(change);
			}),
		unsent: () =>
			guarded(async () => {
				if (isBehind) heard = (await bringUpWitness(parts)).cursor;
				isBehind = false;
				return sessions.unsent();
			}),
	};
}
