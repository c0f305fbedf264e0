// Decides which snapshot of a hospital's facts is the current one: a new one takes over whole, or not at all.

import { type Database, rowsOf, type Tx } from '@cordon/shared';
import { type SQL, sql } from 'drizzle-orm';
import type { SnapshotStore, SnapshotWriter } from '../../ports.ts';
import { snapshotTable, tablesOfSnapshot } from './tables.ts';
import { createBatchWriter } from './write-batch.ts';

/** The snapshot can no longer be written: it was committed, discarded, displaced by another, or a batch had failed. */
export class SnapshotClosed extends Error {
	constructor() {
		super('the snapshot can no longer be written');
		this.name = 'SnapshotClosed';
	}
}

const snapshotLock = 'cordon-snapshot';
const restartOrdinalsAbove = 2 ** 30;

/**
 * Shape   one snapshot is current, at most one more is being written; `begin` removes one that was never finished.
 * Units   see tables.ts.
 * Errors  throws `SnapshotClosed`, and `DatabaseFault` where the database failed: then only `discard` is left.
 */
export function createSnapshotStore(database: Database): SnapshotStore {
	return {
		begin: async (epoch) => {
			const { id, firstOrdinal } = await database.exclusive(snapshotLock, (tx) => openSnapshot(tx, epoch));
			await reclaimSpace(database);
			return createWriter(database, id, firstOrdinal);
		},
		currentEpoch: async () => (await database.read(currentOf))?.epoch ?? null,
		currentSnapshot: async () => (await database.read(currentOf))?.id ?? null,
	};
}

interface OpenedSnapshot {
	readonly id: number;
	readonly firstOrdinal: number;
}

async function openSnapshot(tx: Tx, epoch: string): Promise<OpenedSnapshot> {
	await removeSnapshots(tx, sql`state = 'writing'`);
	const firstOrdinal = await firstOrdinalAfter(tx);
	const [row] = rowsOf(
		await tx.execute(sql`insert into ${snapshotTable} (epoch, state, first_ordinal)
			values (${epoch}, 'writing', ${firstOrdinal}::integer) returning id`),
	);
	return { id: Number(row?.['id']), firstOrdinal };
}

/**
 * Two snapshots in a row share no ordinal. A computation that was given the patients of the one before, whose
 * consents it had checked, then finds none of them instead of counting strangers who carry the same ordinals.
 */
async function firstOrdinalAfter(tx: Tx): Promise<number> {
	const [row] = rowsOf(
		await tx.execute(sql`select greatest(
			(select coalesce(max(ordinal) + 1, 0) from patient),
			(select coalesce(max(first_ordinal), 0) from snapshot))::integer as next`),
	);
	const next = Number(row?.['next']);
	return next > restartOrdinalsAbove ? 0 : next;
}

function createWriter(database: Database, id: number, firstOrdinal: number): SnapshotWriter {
	const batch = createBatchWriter(id, firstOrdinal);
	let open = true;
	// Fails shut: after an error the ids held in memory may name rows that were rolled back.
	const step = async (work: (tx: Tx) => Promise<void>): Promise<void> => {
		if (!open) throw new SnapshotClosed();
		open = false;
		await database.exclusive(snapshotLock, async (tx) => {
			await requireWriting(tx, id);
			await work(tx);
		});
		open = true;
	};
	return {
		write: (rows) => step((tx) => batch.write(tx, rows)),
		commit: async () => {
			await step((tx) => makeCurrent(tx, id));
			open = false;
		},
		/** Leaves a committed snapshot alone. */
		discard: async () => {
			open = false;
			await database.exclusive(snapshotLock, (tx) =>
				removeSnapshots(tx, sql`id = ${id}::integer and state = 'writing'`),
			);
		},
	};
}

async function requireWriting(tx: Tx, id: number): Promise<void> {
	const found = await tx.execute(
		sql`select id from ${snapshotTable} where id = ${id}::integer and state = 'writing'`,
	);
	if (rowsOf(found).length !== 1) throw new SnapshotClosed();
}

async function makeCurrent(tx: Tx, id: number): Promise<void> {
	await removeSnapshots(tx, sql`state = 'current'`);
	await tx.execute(sql`update ${snapshotTable} set state = 'current' where id = ${id}::integer`);
	// PGlite has no background process that would tell the query planner how large the tables have become.
	for (const table of tablesOfSnapshot) await tx.execute(sql`analyze ${table}`);
}

async function removeSnapshots(tx: Tx, which: SQL): Promise<void> {
	for (const table of tablesOfSnapshot) {
		await tx.execute(
			sql`delete from ${table} where snapshot in (select id from ${snapshotTable} where ${which})`,
		);
	}
	await tx.execute(sql`delete from ${snapshotTable} where ${which}`);
}

/** PGlite has no background process either that would give deleted rows' space back. */
async function reclaimSpace(database: Database): Promise<void> {
	if (database.kind !== 'pglite') return;
	for (const table of tablesOfSnapshot) await database.read((tx) => tx.execute(sql`vacuum ${table}`));
}

async function currentOf(tx: Tx): Promise<{ readonly id: number; readonly epoch: string } | null> {
	const [row] = rowsOf(await tx.execute(sql`select id, epoch from ${snapshotTable} where state = 'current'`));
	return row === undefined ? null : { id: Number(row['id']), epoch: String(row['epoch']) };
}
