// What is kept must prove the same as all leaves together, and must not be read as if it were all leaves.

import { sql } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase, rowsOf, type Tx } from '../database/database.ts';
import { growRange, rootOfRange } from '../merkle/compact-range.ts';
import { inclusionProof, leafHash, rootOf } from '../merkle/merkle-tree.ts';
import { proveInclusion, rangeHashes, rangeOf, treeRows, treeTable } from './stored-tree.ts';

const leaves = Array.from({ length: 70 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
let database: Database;

beforeAll(async () => {
	database = await openDatabase({ kind: 'memory' });
});

beforeEach(async () => {
	await database.read(async (tx) => {
		await tx.execute(sql`drop table if exists audit_node`);
		await tx.execute(treeTable);
	});
});

/** A tree of so many leaves whose hashes nobody computed: what is read does not depend on them. */
async function fill(size: number): Promise<void> {
	await database.read(async (tx) => {
		for (let level = 0; 2 ** level <= size; level += 1) {
			const last = Math.floor(size / 2 ** level) - 1;
			await tx.execute(sql`insert into audit_node select ${level}, position, sha256(position::text::bytea)
				from generate_series(0, ${last}::int) as position`);
		}
	});
}

/** Rows of the tree that the server touched for the work, by whatever plan, and not only those it returned. */
async function rowsRead(work: (tx: Tx) => Promise<unknown>): Promise<number> {
	return database.transaction(async (tx) => {
		const before = await touched(tx);
		await work(tx);
		return (await touched(tx)) - before;
	});
}

async function touched(tx: Tx): Promise<number> {
	const counted = await tx.execute(sql`select seq_tup_read + idx_tup_fetch as read
		from pg_stat_xact_user_tables where relname = 'audit_node'`);
	return Number(rowsOf(counted)[0]?.['read'] ?? 0);
}

async function grow(tx: Tx, size: number, leaf: Uint8Array): Promise<Uint8Array> {
	const [row] = rowsOf(await tx.execute(sql`select ${rangeHashes(sql`${size}::bigint`)} as hashes`));
	const grown = growRange(rangeOf(size, row?.['hashes']), leaf);
	await tx.execute(treeRows(size, grown, sql`(select 0) as always`));
	return rootOfRange(grown.range);
}

describe('a stored tree', () => {
	it('gives the root and every proof of the whole tree, for each size up to 70', async () => {
		await database.transaction(async (tx) => {
			for (const [at, leaf] of leaves.entries()) {
				const tree = leaves.slice(0, at + 1);
				expect(await grow(tx, at, leaf)).toEqual(rootOf(tree));
				for (const index of tree.keys()) {
					expect(await proveInclusion(tx, index, tree.length)).toEqual(inclusionProof(tree, index));
				}
			}
		});
	});

	it('proves an entry also in the tree of an earlier size', async () => {
		await database.transaction(async (tx) => {
			for (const [at, leaf] of leaves.entries()) await grow(tx, at, leaf);
			for (let size = 1; size <= leaves.length; size += 1) {
				expect(await proveInclusion(tx, size - 1, size)).toEqual(
					inclusionProof(leaves.slice(0, size), size - 1),
				);
			}
		});
	});

	it('throws where the entry is not in the tree, and where a hash of the tree is gone', async () => {
		await expect(database.transaction((tx) => proveInclusion(tx, 3, 3))).rejects.toThrow('no such leaf');
		await expect(database.transaction((tx) => proveInclusion(tx, 0, 3))).rejects.toThrow('lost a hash');
		await expect(database.transaction((tx) => grow(tx, 3, leafHash(Buffer.from('new'))))).rejects.toThrow(
			'lost a hash',
		);
		expect(rangeOf(0, null)).toEqual({ size: 0, hashes: [] });
	});

	it.each([49_999, 65_535, 65_536])(
		'is read in no more than twice the height of a tree of %d',
		async (size) => {
			await fill(size);
			const height = Math.ceil(Math.log2(size));
			expect(await rowsRead((tx) => grow(tx, size, leafHash(Buffer.from('new'))))).toBeLessThanOrEqual(
				2 * height,
			);
			for (const index of [0, Math.floor(size / 3), size - 1]) {
				expect(await rowsRead((tx) => proveInclusion(tx, index, size))).toBeLessThanOrEqual(2 * height);
			}
		},
	);
});
