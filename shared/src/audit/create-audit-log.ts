// A party's transparency log in its own database: appended under a lock, with a signed checkpoint for every size.

import { sql } from 'drizzle-orm';
import type { Clock, Random } from '../clock-and-random.ts';
import { type Database, rowsOf, type Tx } from '../database/database.ts';
import type { Migration } from '../database/migrate.ts';
import { publicKeyOf, type SigningSeed } from '../keys.ts';
import { formatCheckpoint } from '../merkle/checkpoint.ts';
import { leafHash } from '../merkle/merkle-tree.ts';
import { formatNoteKey, signNote } from '../merkle/signed-note.ts';
import type { AuditEntry, AuditLog } from './audit-entry.ts';
import { makeEntry } from './audit-leaf.ts';
import { growTree, proveInclusion, treeTable } from './stored-tree.ts';
import type { ExportHeader, ExportLine, Receipt } from './verify-audit.ts';

export interface TransparencyLog extends AuditLog {
	/** The newest signed checkpoint; null of an empty log. */
	readonly checkpoint: () => Promise<string | null>;
	/** Proof, good offline, that the entry is in the signed tree. Errors: throws where there is no such entry. */
	readonly receipt: (index: number) => Promise<Receipt>;
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

export function createAuditLog(database: Database, identity: LogIdentity): TransparencyLog {
	return {
		append: (entry) => database.exclusive('cordon-audit', (tx) => appendEntry(tx, identity, entry)),
		checkpoint: async () => (await database.read(readCheckpoint))?.note ?? null,
		receipt: (index) => database.transaction((tx) => receiptOf(tx, index)),
		exportLines: () => exportLines(database, identity),
	};
}

/** Inside a transaction that holds the log's lock, or of the only process there is. Returns the entry's index. */
export async function appendEntry(tx: Tx, identity: LogIdentity, entry: AuditEntry): Promise<number> {
	const found = rowsOf(await tx.execute(sql`select position from audit_entry where key = ${entry.key}`));
	if (found[0] !== undefined) return Number(found[0]['position']);
	const position = (await readCheckpoint(tx))?.size ?? 0;
	const sealing = {
		complianceKey: new Uint8Array(Buffer.from(identity.complianceKey, 'base64url')),
		nowMs: identity.clock.nowMs(),
		policy: identity.policy(),
	};
	const made = makeEntry(entry, sealing, identity.random);
	await tx.execute(sql`insert into audit_entry (position, key, leaf, body, sealed_key)
		values (${position}, ${entry.key}, ${made.leaf}, ${made.body}, ${made.sealedKey})`);
	const root = await growTree(tx, position, leafHash(Buffer.from(made.leaf, 'utf8')));
	await signSize(tx, identity, { size: position + 1, root });
	return position;
}

/** Signs the tree as it now stands. The caller answers for this being the only tree of that size there will be. */
export async function signSize(
	tx: Tx,
	identity: Pick<LogIdentity, 'origin' | 'seed'>,
	{ size, root }: { readonly size: number; readonly root: Uint8Array },
): Promise<void> {
	const text = formatCheckpoint({ origin: identity.origin, size: BigInt(size), root });
	const note = signNote(text, identity.origin, identity.seed);
	await tx.execute(sql`insert into audit_checkpoint (size, note) values (${size}, ${note})
		on conflict (only_row) do update set size = excluded.size, note = excluded.note`);
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
