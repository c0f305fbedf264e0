// A party's transparency log in its own database: each place is taken once, with a signed checkpoint for every size.

import { sql } from 'drizzle-orm';
import type { Clock, Random } from '../clock-and-random.ts';
import { type Database, DatabaseFault, rowsOf, type Tx } from '../database/database.ts';
import type { Migration } from '../database/migrate.ts';
import { publicKeyOf, type SigningSeed } from '../keys.ts';
import { formatCheckpoint } from '../merkle/checkpoint.ts';
import { type CompactRange, growRange, rootOfRange } from '../merkle/compact-range.ts';
import { leafHash } from '../merkle/merkle-tree.ts';
import { formatNoteKey, signNote } from '../merkle/signed-note.ts';
import type { AuditEntry, AuditLog } from './audit-entry.ts';
import { makeEntry } from './audit-leaf.ts';
import { proveInclusion, rangeHashes, rangeOf, treeRows, treeTable } from './stored-tree.ts';
import type { ExportHeader, ExportLine, Receipt } from './verify-audit.ts';

export interface TransparencyLog extends AuditLog {
	/** The newest signed checkpoint; null of an empty log. */
	readonly checkpoint: () => Promise<string | null>;
	/** Proof, good offline, that the entry is in the signed tree. Errors: throws where there is no such entry. */
	readonly receipt: (index: number) => Promise<Receipt>;
	/** Of every entry whose key begins so, in their order; none where there is none. */
	readonly receiptsOf: (keyBegins: string) => Promise<readonly Receipt[]>;
	/** The whole log, a JSON line each, its header first. */
	readonly exportLines: () => AsyncIterable<string>;
}

export interface LogIdentity {
	/** `<network>/<hospital or coordinator>`: names the log in its checkpoints. */
	readonly origin: string;
	readonly seed: SigningSeed;
	/** X25519 public key, base64url. */
	readonly complianceKey: string;
	/** Hash of the policy in force, which each leaf carries. */
	readonly policy: () => string;
	readonly clock: Clock;
	readonly random: Random;
}

export const auditMigration: Migration = {
	id: 'audit-log-1',
	statements: [
		// position, key and leaf never change; body and sealed_key may be set to null once: erasure.
		`create table audit_entry (
			position bigint primary key,
			key text not null unique,
			leaf text not null,
			body text,
			sealed_key text)`,
		// Rows are added and never change.
		treeTable,
		// One row: the signed note over all entries; it changes with every append, in the same transaction.
		`create table audit_checkpoint (
			only_row boolean primary key default true check (only_row),
			size bigint not null,
			note text not null)`,
	],
};

const uniqueViolation = '23505';
/** Each lost attempt is another process's entry written. */
const mostAttempts = 100;

export function createAuditLog(database: Database, identity: LogIdentity): TransparencyLog {
	const inTurn = oneAtATime();
	return {
		append: (entry) => inTurn(() => appendAlone(database, identity, entry)),
		checkpoint: async () => (await database.read(readCheckpoint))?.note ?? null,
		// Entry and tree never change, and the checkpoint is read after the entry: there is no moment to agree on.
		receipt: (index) => database.read((tx) => receiptOf(tx, index)),
		receiptsOf: (keyBegins) => database.transaction((tx) => receiptsOf(tx, keyBegins)),
		exportLines: () => exportLines(database, identity),
	};
}

/** An entry of this process cannot come in between then; one of another is found out by its place. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
	let turn: Promise<unknown> = Promise.resolve();
	return (work) => {
		const done = turn.then(work);
		turn = done.catch(() => undefined);
		return done;
	};
}

/** Two processes that write at once want the same place: one gets it, and the other looks again. */
async function appendAlone(database: Database, identity: LogIdentity, entry: AuditEntry): Promise<number> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await database.read((tx) => appendEntry(tx, identity, entry));
		} catch (error) {
			const isTaken = error instanceof DatabaseFault && error.sqlState === uniqueViolation;
			if (!isTaken || attempt === mostAttempts) throw error;
		}
	}
}

/**
 * Returns the entry's index. One statement looks and one writes, whole or not at all; a place in the log is taken
 * once. Errors: throws a unique violation where another process was quicker.
 */
export async function appendEntry(tx: Tx, identity: LogIdentity, entry: AuditEntry): Promise<number> {
	const { range, known } = await readEnd(tx, entry.key);
	if (known !== null) return known;
	const sealing = {
		complianceKey: new Uint8Array(Buffer.from(identity.complianceKey, 'base64url')),
		nowMs: identity.clock.nowMs(),
		policy: identity.policy(),
	};
	const { key } = entry;
	await writeEntry(tx, identity, { range, row: { key, ...makeEntry(entry, sealing, identity.random) } });
	return range.size;
}

/** Where the log ends, and at which index it holds the key already; null: it does not. */
export async function readEnd(
	tx: Tx,
	key: string,
): Promise<{ readonly range: CompactRange; readonly known: number | null }> {
	const [row] = rowsOf(
		await tx.execute(sql`select log_end.size::text as size, ${rangeHashes(sql`log_end.size`)} as hashes,
			(select position::text from audit_entry where key = ${key}) as known
			from (select coalesce((select size from audit_checkpoint), 0) as size) as log_end`),
	);
	const known = row?.['known'] ?? null;
	return {
		range: rangeOf(Number(row?.['size']), row?.['hashes']),
		known: known === null ? null : Number(known),
	};
}

interface NextEntry {
	/** All that was before. */
	readonly range: CompactRange;
	readonly row: {
		readonly key: string;
		readonly leaf: string;
		readonly body: string | null;
		readonly sealedKey: string | null;
	};
}

/**
 * Entry, tree and signed checkpoint in one statement; returns the range that holds the entry too.
 * Errors  throws a unique violation where the place is taken: only one tree of a size is ever kept. Its note was
 *         signed for nothing then, and no reader sees it; cosigners must be asked after this, never before.
 */
export async function writeEntry(
	tx: Tx,
	{ origin, seed }: Pick<LogIdentity, 'origin' | 'seed'>,
	{ range, row }: NextEntry,
): Promise<CompactRange> {
	const position = range.size;
	const grown = growRange(range, leafHash(Buffer.from(row.leaf, 'utf8')));
	const { size } = grown.range;
	const text = formatCheckpoint({ origin, size: BigInt(size), root: rootOfRange(grown.range) });
	await tx.execute(sql`with
		entry as (insert into audit_entry (position, key, leaf, body, sealed_key)
			values (${position}, ${row.key}, ${row.leaf}, ${row.body}, ${row.sealedKey})),
		tree as (${treeRows(position, grown)})
		insert into audit_checkpoint (size, note) values (${size}, ${signNote(text, origin, seed)})
			on conflict (only_row) do update set size = excluded.size, note = excluded.note`);
	return grown.range;
}

interface SignedCheckpoint {
	readonly size: number;
	readonly note: string;
}

async function readCheckpoint(tx: Tx): Promise<SignedCheckpoint | null> {
	const [row] = rowsOf(await tx.execute(sql`select size, note from audit_checkpoint`));
	return row === undefined ? null : { size: Number(row['size']), note: String(row['note']) };
}

async function receiptOf(tx: Tx, index: number): Promise<Receipt> {
	const rows = rowsOf(await tx.execute(sql`select leaf from audit_entry where position = ${index}`));
	const checkpoint = await readCheckpoint(tx);
	if (rows[0] === undefined || checkpoint === null) throw new RangeError('no such audit entry');
	const proof = await proveInclusion(tx, index, checkpoint.size);
	return {
		index,
		leaf: String(rows[0]['leaf']),
		checkpoint: checkpoint.note,
		proof: proof.map((hash) => Buffer.from(hash).toString('base64')),
	};
}

async function receiptsOf(tx: Tx, keyBegins: string): Promise<readonly Receipt[]> {
	const found = await tx.execute(
		sql`select position from audit_entry where starts_with(key, ${keyBegins}) order by position`,
	);
	const receipts: Receipt[] = [];
	for (const row of rowsOf(found)) receipts.push(await receiptOf(tx, Number(row['position'])));
	return receipts;
}

async function* exportLines(database: Database, identity: LogIdentity): AsyncIterable<string> {
	const snapshot = await database.transaction(async (tx) => ({
		checkpoint: await readCheckpoint(tx),
		rows: rowsOf(
			await tx.execute(sql`select position, leaf, body, sealed_key from audit_entry order by position`),
		),
	}));
	const key = formatNoteKey({ name: identity.origin, publicKey: publicKeyOf(identity.seed) });
	const header: ExportHeader = { 'cordon-audit': 1, key, checkpoint: snapshot.checkpoint?.note ?? null };
	yield JSON.stringify(header);
	for (const row of snapshot.rows) {
		const line: ExportLine = {
			index: Number(row['position']),
			leaf: String(row['leaf']),
			body: row['body'] === null ? null : String(row['body']),
			sealedKey: row['sealed_key'] === null ? null : String(row['sealed_key']),
		};
		yield JSON.stringify(line);
	}
}
