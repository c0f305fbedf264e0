// The Merkle tree of a log as its database keeps it: every complete subtree's hash, so that nothing costs more than
// the tree is high. What is read is what was committed: a changed hash shows as a root that no export recomputes to.

import { type SQL, sql } from 'drizzle-orm';
import { rowsOf, type Tx } from '../database/database.ts';
import { type CompactRange, compactRange, type GrownRange } from '../merkle/compact-range.ts';
import { nodeHash } from '../merkle/merkle-tree.ts';
import { type Subtree, siblingsOf } from '../merkle/subtrees.ts';

type Hashes = Map<string, Uint8Array>;

/** hash: SHA-256 of the subtree of 2^level leaves that begins at leaf position * 2^level; level 0 is a leaf's. */
export const treeTable = `create table audit_node (
	level smallint not null,
	position bigint not null,
	hash bytea not null,
	primary key (level, position))`;

/**
 * The hashes of the range of `size` leaves, as one text of hex, left to right: for use in a larger statement, so that
 * size and hashes are of one moment. Looks at one hash a level.
 */
export function rangeHashes(size: SQL): SQL {
	return sql`(select string_agg(encode(node.hash, 'hex'), '' order by node.level desc)
		from generate_series(0, 52) as bit join audit_node as node
			on node.level = bit and node.position = (${size} >> bit) - 1
		where (${size} >> bit) & 1 = 1)`;
}

/** Of what `rangeHashes` gave. Errors: throws where the tree has never held so many leaves. */
export function rangeOf(size: number, hex: unknown): CompactRange {
	const text = typeof hex === 'string' ? hex : '';
	const hashes = text.match(/[0-9a-f]{64}/g) ?? [];
	return compactRange(
		size,
		hashes.map((hash) => new Uint8Array(Buffer.from(hash, 'hex'))),
	);
}

/** The rows that a leaf at `position` adds to the tree, if `given`, a table, has its one row. */
export function treeRows(position: number, { completed }: GrownRange, given: SQL): SQL {
	const rows = completed.map((hash, level): SQL => {
		const hex = Buffer.from(hash).toString('hex');
		return sql`(${level}::smallint, ${(position + 1) / 2 ** level - 1}::bigint, decode(${hex}, 'hex'))`;
	});
	return sql`insert into audit_node (level, position, hash)
		select grown.level, grown.position, grown.hash
		from ${given}, (values ${sql.join(rows, sql`, `)}) as grown (level, position, hash)`;
}

/** Siblings from the leaf up (RFC 6962 section 2.1.1). Errors: throws where the index is not in the tree. */
export async function proveInclusion(tx: Tx, index: number, size: number): Promise<readonly Uint8Array[]> {
	const siblings = siblingsOf(index, size);
	const hashes = await readHashes(tx, siblings.flat());
	return siblings.map((cover) => folded(hashes, cover));
}

function folded(hashes: Hashes, cover: readonly Subtree[]): Uint8Array {
	return cover.map((subtree) => hashOf(hashes, subtree)).reduceRight((right, left) => nodeHash(left, right));
}

async function readHashes(tx: Tx, subtrees: readonly Subtree[]): Promise<Hashes> {
	if (subtrees.length === 0) return new Map();
	const places = subtrees.map(({ level, position }): SQL => sql`(${level}::smallint, ${position}::bigint)`);
	const rows = rowsOf(
		await tx.execute(sql`select level, position, encode(hash, 'hex') as hash from audit_node
			where (level, position) in (${sql.join(places, sql`, `)})`),
	);
	return new Map(
		rows.map((row) => [
			nameOf({ level: Number(row['level']), position: Number(row['position']) }),
			new Uint8Array(Buffer.from(String(row['hash']), 'hex')),
		]),
	);
}

function hashOf(hashes: Hashes, subtree: Subtree): Uint8Array {
	const hash = hashes.get(nameOf(subtree));
	if (hash === undefined) throw new Error('the log has lost a hash of its tree');
	return hash;
}

function nameOf({ level, position }: Subtree): string {
	return `${level}/${position}`;
}
