// The Merkle tree of a log as its database keeps it: every complete subtree's hash, so that nothing costs more than
// the tree is high. What is read is what was committed: a changed hash shows as a root that no export recomputes to.

import { type SQL, sql } from 'drizzle-orm';
import { rowsOf, type Tx } from '../database/database.ts';
import { nodeHash, rootOf } from '../merkle/merkle-tree.ts';
import { completedBy, coverOf, type Subtree, siblingsOf } from '../merkle/subtrees.ts';

type Hashes = Map<string, Uint8Array>;

/** hash: SHA-256 of the subtree of 2^level leaves that begins at leaf position * 2^level; level 0 is a leaf's. */
export const treeTable = `create table audit_node (
	level smallint not null,
	position bigint not null,
	hash bytea not null,
	primary key (level, position))`;

/**
 * Adds one leaf to a tree of `size` leaves and returns the new root. Reads and writes at most one hash a level.
 * The caller holds the log's lock: two leaves of one position would be two histories.
 */
export async function growTree(tx: Tx, size: number, leaf: Uint8Array): Promise<Uint8Array> {
	const hashes = await readHashes(tx, coverOf(0, size));
	const completed = completedBy(size);
	let hash = leaf;
	for (const subtree of completed) {
		const left = { level: subtree.level - 1, position: subtree.position * 2 };
		if (subtree.level > 0) hash = nodeHash(hashOf(hashes, left), hash);
		hashes.set(nameOf(subtree), hash);
	}
	await writeHashes(tx, completed, hashes);
	return folded(hashes, coverOf(0, size + 1));
}

/** Siblings from the leaf up (RFC 6962 section 2.1.1). Errors: throws where the index is not in the tree. */
export async function proveInclusion(tx: Tx, index: number, size: number): Promise<readonly Uint8Array[]> {
	const siblings = siblingsOf(index, size);
	const hashes = await readHashes(tx, siblings.flat());
	return siblings.map((cover) => folded(hashes, cover));
}

/** The root that the tree had when it held `size` leaves. Errors: throws where it has never held so many. */
export async function rootAt(tx: Tx, size: number): Promise<Uint8Array> {
	if (size === 0) return rootOf([]);
	const cover = coverOf(0, size);
	return folded(await readHashes(tx, cover), cover);
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

async function writeHashes(tx: Tx, subtrees: readonly Subtree[], hashes: Hashes): Promise<void> {
	const rows = subtrees.map((subtree): SQL => {
		const hex = Buffer.from(hashOf(hashes, subtree)).toString('hex');
		return sql`(${subtree.level}, ${subtree.position}, decode(${hex}, 'hex'))`;
	});
	await tx.execute(sql`insert into audit_node (level, position, hash) values ${sql.join(rows, sql`, `)}`);
}

function hashOf(hashes: Hashes, subtree: Subtree): Uint8Array {
	const hash = hashes.get(nameOf(subtree));
	if (hash === undefined) throw new Error('the log has lost a hash of its tree');
	return hash;
}

function nameOf({ level, position }: Subtree): string {
	return `${level}/${position}`;
}
