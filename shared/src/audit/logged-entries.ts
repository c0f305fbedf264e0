// A log's entries as they can be kept beside its database, and put back into an older copy of it, byte for byte.

import { sql } from 'drizzle-orm';
import { rowsOf, type Tx } from '../database/database.ts';
import { toHex } from '../hash.ts';
import { parseCheckpoint } from '../merkle/checkpoint.ts';
import { type CompactRange, growRange, rootOfRange } from '../merkle/compact-range.ts';
import { leafHash, rootOf } from '../merkle/merkle-tree.ts';
import { type LogEnd, type LogIdentity, readEnd, writeEntry } from './create-audit-log.ts';
import { rangeHashes, rangeOf } from './stored-tree.ts';

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
	return rootText(await rangeAt(tx, size));
}

export interface LogGrowth {
	/** Of the log when it held `size` entries, and as it is now; hex. */
	readonly rootBefore: string;
	readonly root: string;
	readonly entries: readonly LoggedEntry[];
}

/** What the log gained since it held `size` entries. Errors: throws where it has never held so many. */
export async function logGrowth(tx: Tx, size: number): Promise<LogGrowth> {
	const rows = rowsOf(
		await tx.execute(sql`select before.hashes, position, key, leaf, body, sealed_key
			from (select ${rangeHashes(sql`${size}::bigint`)} as hashes) as before
			left join audit_entry on position >= ${size}::bigint order by position`),
	);
	const before = rangeOf(size, rows[0]?.['hashes']);
	const entries = rows.filter((row) => row['position'] !== null).map(entryOf);
	const range = entries.reduce((grown, { leaf }) => growRange(grown, leafOf(leaf)).range, before);
	return { rootBefore: rootText(before), root: rootText(range), entries };
}

/** The root that these entries alone give; hex. */
export function rootOfEntries(entries: readonly Pick<LoggedEntry, 'leaf'>[]): string {
	return toHex(rootOf(entries.map(({ leaf }) => leafOf(leaf))));
}

/**
 * The root that a log's own checkpoint names, its signature unchecked; null is the checkpoint of an empty log. Hex.
 * Errors  throws where it is none.
 */
export function rootOfCheckpoint(note: string | null): string {
	if (note === null) return rootOfEntries([]);
	const checkpoint = parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
	if (!checkpoint.ok) throw new Error('the log has lost its checkpoint');
	return toHex(checkpoint.value.root);
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
	let end: LogEnd = await readEnd(tx);
	for (const { index, ...row } of entries) {
		const grown = index === end.range.size ? await writeEntry(tx, identity, { end, row }) : null;
		if (grown === null) throw new Error('the entries do not follow on the log');
		end = grown;
	}
}

async function rangeAt(tx: Tx, size: number): Promise<CompactRange> {
	const [row] = rowsOf(await tx.execute(sql`select ${rangeHashes(sql`${size}::bigint`)} as hashes`));
	return rangeOf(size, row?.['hashes']);
}

/** Hex. */
export function rootText(range: CompactRange): string {
	return toHex(rootOfRange(range));
}

function leafOf(leaf: string): Uint8Array {
	return leafHash(Buffer.from(leaf, 'utf8'));
}

function entryOf(row: Record<string, unknown>): LoggedEntry {
	return {
		index: Number(row['position']),
		key: String(row['key']),
		leaf: String(row['leaf']),
		body: textOrNull(row['body']),
		sealedKey: textOrNull(row['sealed_key']),
	};
}

function textOrNull(value: unknown): string | null {
	return value === null || value === undefined ? null : String(value);
}
