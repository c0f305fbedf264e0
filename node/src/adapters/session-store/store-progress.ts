// How far a node's store has come, in numbers that only grow, so that an older copy of it shows.

import { rootOfCheckpoint, rowsOf, type Tx } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';

export interface Progress {
	/** Entries of the audit log. */
	readonly size: number;
	/** The last message of the coordinator that was dealt with. */
	readonly cursor: number;
	/** Grows with every pause, resume and ingest. */
	readonly changes: number;
}

export interface Stood extends Progress {
	/** Of the log's tree, hex. */
	readonly root: string;
}

/** The database is older than what this hospital has said: budget is forgotten, and answers could be given twice. */
export class StateRolledBack extends Error {
	constructor() {
		super(
			'the database is older than what this node has said: state rolled back. See "Backup and restore" in docs/operations.md, then `cordon node restore-accept`',
		);
		this.name = 'StateRolledBack';
	}
}

/**
 * One row, for a larger statement, so that all that it reads and writes is of one moment. Snapshots are numbered
 * upwards, so a new one makes `changes` grow in the transaction that makes it current.
 */
export const stoodQuery: SQL = sql`select cursor, paused, coalesce(size, 0) as size, note,
	changes + coalesce((select id from snapshot where state = 'current'), 0) as changes
	from node_state left join audit_checkpoint using (only_row) where only_row`;

/** What `stoodOf` reads of that row, under the name `stood`. */
export const stoodColumns: SQL = sql`stood.cursor::text as cursor, stood.changes::text as changes,
	stood.size::text as size, stood.note as note`;

/** Errors  throws where the store has lost what says how far it has come. */
export function stoodOf(row: Readonly<Record<string, unknown>> | undefined): Stood {
	if (row === undefined) throw new Error('node_state has lost its row');
	const { cursor, changes, size, note } = row;
	const root = rootOfCheckpoint(note === null ? null : String(note));
	return { size: Number(size), cursor: Number(cursor), changes: Number(changes), root };
}

export async function progressIn(tx: Tx): Promise<Stood> {
	return stoodOf(rowsOf(await tx.execute(sql`select ${stoodColumns} from (${stoodQuery}) as stood`))[0]);
}

export function isOlder(found: Progress, than: Progress): boolean {
	return found.size < than.size || found.cursor < than.cursor || found.changes < than.changes;
}

export function newest(one: Progress, other: Progress): Progress {
	return {
		size: Math.max(one.size, other.size),
		cursor: Math.max(one.cursor, other.cursor),
		changes: Math.max(one.changes, other.changes),
	};
}

/** For an accepted older copy: its changes count from above all that the witness holds. */
export async function raiseChanges(tx: Tx, above: number): Promise<void> {
	const { changes } = await progressIn(tx);
	const missing = Math.max(0, above - changes) + 1;
	await tx.execute(sql`update node_state set changes = changes + ${missing}::bigint`);
}
