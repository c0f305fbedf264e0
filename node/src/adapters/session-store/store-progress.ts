// How far a node's store has come, in numbers that only grow, so that an older copy of it shows.

import { rowsOf, type Tx } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import type { Mark } from './read-witness.ts';

export type Progress = Omit<Mark, 'root'>;

/** One statement: it is asked before each message. */
export async function progressIn(tx: Tx): Promise<Progress> {
	// Snapshots are numbered upwards, so a new one makes `changes` grow in the transaction that makes it current.
	const [row] = rowsOf(
		await tx.execute(sql`select cursor::text as cursor,
			(changes + coalesce((select id from snapshot where state = 'current'), 0))::text as changes,
			coalesce((select size from audit_checkpoint), 0)::text as size
			from node_state`),
	);
	if (row === undefined) throw new Error('node_state has lost its row');
	return { size: Number(row['size']), cursor: Number(row['cursor']), changes: Number(row['changes']) };
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
