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
import type { RecentEntries } from './recent-entries.ts';
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
	/** Asked before an entry is written anywhere but where the last one was: it throws where nothing may be. */
	readonly mayMove?: () => Promise<unknown>;
	/** Told of each entry that is written. */
	readonly recent?: Pick<RecentEntries, 'note'>;
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
	const append = appender(database, identity);
	return {
		append: (entry) => inTurn(() => append(entry)),
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

/** Where a log ends: the range of its leaves, and its newest note; null before the first. */
export interface LogEnd {
	readonly range: CompactRange;
	readonly note: string | null;
}

/**
 * Two processes that write at once want the same place: one gets it, and the other looks again. The end that this
 * process left is tried first without a look: it is written to only while it still is the log's end.
 */
function appender(database: Database, identity: LogIdentity): (entry: AuditEntry) => Promise<number> {
	let left: LogEnd | null = null;
	return async (entry) => {
		for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
			const end = left;
			left = null;
			if (end === null) await identity.mayMove?.();
			const done = await database.read((tx) => appendAt(tx, identity, { entry, end })).catch(movedIfTaken);
			if (done === 'moved') continue;
			left = done.end;
			return done.index;
		}
		throw new Error('others wrote to the log each time that this process wanted to');
	};
}

function movedIfTaken(error: unknown): 'moved' {
	if (error instanceof DatabaseFault && error.sqlState === uniqueViolation) return 'moved';
	throw error;
}

/** For a transaction that holds the log to itself. Returns the entry's index. */
export async function appendEntry(tx: Tx, identity: LogIdentity, entry: AuditEntry): Promise<number> {
	const done = await appendAt(tx, identity, { entry, end: null });
	if (done === 'moved') throw new Error('the log was written to meanwhile');
	return done.index;
}

interface Append {
	readonly entry: AuditEntry;
	/** Null: it is looked for. */
	readonly end: LogEnd | null;
}

/**
 * `moved`: that was not its end any more, and nothing was written. A place in the log is taken once.
 * Errors: throws a unique violation where another process was quicker, or where the log holds the entry already.
 */
async function appendAt(
	tx: Tx,
	identity: LogIdentity,
	{ entry, end }: Append,
): Promise<{ readonly index: number; readonly end: LogEnd } | 'moved'> {
	const { known, ...found } = end === null ? await readEnd(tx, entry.key) : { ...end, known: null };
	if (known !== null) return { index: known, end: found };
	const sealing = {
		complianceKey: new Uint8Array(Buffer.from(identity.complianceKey, 'base64url')),
		nowMs: identity.clock.nowMs(),
		policy: identity.policy(),
	};
	const row = { key: entry.key, ...makeEntry(entry, sealing, identity.random) };
	const grown = await writeEntry(tx, identity, { end: found, row });
	if (grown !== null) identity.recent?.note({ index: found.range.size, ...row }, found.range, grown.range);
	return grown === null ? 'moved' : { index: found.range.size, end: grown };
}

/** Where the log ends, and at which index it holds the key already; null: it does not. */
export async function readEnd(
	tx: Tx,
	key: string | null = null,
): Promise<LogEnd & { readonly known: number | null }> {
	const [row = {}] = rowsOf(
		await tx.execute(sql`select log_end.size::text as size, log_end.note as note,
			${rangeHashes(sql`log_end.size`)} as hashes,
			(select position::text from audit_entry where key = ${key}::text) as known
			from (select 0) as always left join audit_checkpoint as log_end on log_end.only_row`),
	);
	const { size = null, note = null, hashes, known = null } = row;
	return {
		range: rangeOf(Number(size ?? 0), hashes),
		note: note === null ? null : String(note),
		known: known === null ? null : Number(known),
	};
}

interface NextEntry {
	/** All that was before. */
	readonly end: LogEnd;
	readonly row: {
		readonly key: string;
		readonly leaf: string;
		readonly body: string | null;
		readonly sealedKey: string | null;
	};
}

/**
 * Entry, tree and signed checkpoint in one statement; returns the end that holds the entry too, or null, and writes
 * nothing, where the log does not end there.
 * Errors  throws a unique violation where the place is taken: only one tree of a size is ever kept. Its note was
 *         signed for nothing then, and no reader sees it; cosigners must be asked after this, never before.
 */
export async function writeEntry(
	tx: Tx,
	{ origin, seed }: Pick<LogIdentity, 'origin' | 'seed'>,
	{ end, row }: NextEntry,
): Promise<LogEnd | null> {
	const position = end.range.size;
	const grown = growRange(end.range, leafHash(Buffer.from(row.leaf, 'utf8')));
	const { size } = grown.range;
	const text = formatCheckpoint({ origin, size: BigInt(size), root: rootOfRange(grown.range) });
	const note = signNote(text, origin, seed);
	const written = rowsOf(
		await tx.execute(sql`with
			here as (select from (select 0) as always
				where (select note from audit_checkpoint) is not distinct from ${end.note}::text),
			entry as (insert into audit_entry (position, key, leaf, body, sealed_key)
				select ${position}::bigint, ${row.key}, ${row.leaf}, ${row.body}, ${row.sealedKey} from here),
			tree as (${treeRows(position, grown, sql`here`)})
			insert into audit_checkpoint (size, note) select ${size}::bigint, ${note} from here
				on conflict (only_row) do update set size = excluded.size, note = excluded.note
				returning size`),
	);
	return written.length === 0 ? null : { range: grown.range, note };
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
