// A log's entries as they can be kept beside its database, and put back into an older copy of it, byte for byte.

import { sql } from 'drizzle-orm';
import { rowsOf, type Tx } from '../database/database.ts';
import { toHex } from '../hash.ts';
import { leafHash, rootOf } from '../merkle/merkle-tree.ts';
import { type LogIdentity, signSize } from './create-audit-log.ts';
import { growTree, rootAt } from './stored-tree.ts';

/** One row of the log, whole: with it a log that lost the row continues without a fork. */
export interface LoggedEntry {
	readonly index: number;
	readonly key: string;
	readonly leaf: string;
	readonly body: string | null;
	readonly sealedKey: string | null;
}

export async function logSize(tx: Tx): Promise<number> {
	const [row] = rowsOf(await tx.execute(sql`select size from audit_checkpoint`));
	return Number(row?.['size'] ?? 0);
}

/** Hex. Errors: throws where the log has never held so many entries. */
export async function logRoot(tx: Tx, size: number): Promise<string> {
	return toHex(await rootAt(tx, size));
}

/** The root that these entries alone give; hex. */
export function rootOfEntries(entries: readonly Pick<LoggedEntry, 'leaf'>[]): string {
	return toHex(rootOf(entries.map(({ leaf }) => leafHash(Buffer.from(leaf, 'utf8')))));
}

export async function entriesFrom(tx: Tx, from: number): Promise<readonly LoggedEntry[]> {
	const rows = rowsOf(
		await tx.execute(sql`select position, key, leaf, body, sealed_key from audit_entry
			where position >= ${from} order by position`),
	);
	return rows.map((row) => ({
		index: Number(row['position']),
		key: String(row['key']),
		leaf: String(row['leaf']),
		body: textOrNull(row['body']),
		sealedKey: textOrNull(row['sealed_key']),
	}));
}

/**
 * Puts back the entries that an older copy of the database has lost, and signs the size it had before: the same note
 * as then, so nobody is shown two trees of one size.
 *
 * Errors  throws where they do not follow on the log's last entry.
 */
export async function refillLog(
	tx: Tx,
	identity: Pick<LogIdentity, 'origin' | 'seed'>,
	entries: readonly LoggedEntry[],
): Promise<void> {
	let size = await logSize(tx);
	for (const { index, key, leaf, body, sealedKey } of entries) {
		if (index !== size) throw new Error('the entries do not follow on the log');
		await tx.execute(sql`insert into audit_entry (position, key, leaf, body, sealed_key)
			values (${index}, ${key}, ${leaf}, ${body}, ${sealedKey})`);
		const root = await growTree(tx, size, leafHash(Buffer.from(leaf, 'utf8')));
		size += 1;
		await signSize(tx, identity, { size, root });
	}
}

function textOrNull(value: unknown): string | null {
	return value === null || value === undefined ? null : String(value);
}
