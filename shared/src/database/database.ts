// The one door to a daemon's own database: PGlite in a folder, or a PostgreSQL server, behind the same SQL.
// Errors leave it stripped to their SQLSTATE, because drizzle puts query parameters (patient values) in its texts.

import { chmod, mkdir } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

/** Where a daemon keeps its data. `memory` is for tests only. */
export type DatabaseLocation =
	| { readonly kind: 'memory' }
	| { readonly kind: 'pglite'; readonly directory: string }
	| { readonly kind: 'postgres'; readonly url: string; readonly maxConnections: number };

/** Query builder and raw SQL of one connection or transaction. */
export type Tx = PgDatabase<PgQueryResultHKT, Record<string, never>>;

export interface Database {
	readonly kind: 'pglite' | 'postgres';
	/** Runs outside a transaction. */
	readonly read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
	/** Runs in one transaction, serializable; commits when `work` resolves, rolls back when it throws. */
	readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
	readonly close: () => Promise<void>;
}

/** The database failed: nothing but the SQLSTATE is kept (null where the failure was not the server's). */
export class DatabaseFault extends Error {
	readonly sqlState: string | null;

	constructor(sqlState: string | null) {
		super(`database failed with SQLSTATE ${sqlState ?? 'none'}`);
		this.name = 'DatabaseFault';
		this.sqlState = sqlState;
	}
}

const serializationFailures = new Set(['40001', '40P01']);
const maxAttempts = 8;

export async function openDatabase(location: DatabaseLocation): Promise<Database> {
	if (location.kind === 'postgres') {
		const client = postgres(location.url, { max: location.maxConnections, onnotice: ignoreNotice });
		// postgres.js and PGlite differ only in the result type of execute(), which rowsOf() evens out.
		const db = drizzlePostgres({ client }) as unknown as Tx;
		return wrap('postgres', db, () => client.end({ timeout: 5 }));
	}
	if (location.kind === 'pglite') {
		await mkdir(location.directory, { recursive: true, mode: 0o700 });
		await chmod(location.directory, 0o700);
	}
	const client = location.kind === 'memory' ? new PGlite() : new PGlite(location.directory);
	await client.waitReady;
	return wrap('pglite', drizzlePglite({ client }) as unknown as Tx, () => client.close());
}

/** The rows of `tx.execute(...)`, whichever driver ran it. */
export function rowsOf(result: unknown): readonly Record<string, unknown>[] {
	const rows = Array.isArray(result) ? result : (result as { readonly rows: unknown }).rows;
	if (!Array.isArray(rows)) throw new DatabaseFault(null);
	return rows;
}

function wrap(kind: Database['kind'], db: Tx, close: () => Promise<void>): Database {
	return {
		kind,
		read: (work) => stripErrors(() => work(db)),
		transaction: (work) => retrySerialization(() => stripErrors(() => inTransaction(kind, db, work))),
		close: () => stripErrors(close),
	};
}

function inTransaction<T>(kind: Database['kind'], db: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
	// PGlite has a single connection, so its transactions are serial whatever their level.
	if (kind === 'pglite') return db.transaction((tx) => work(tx));
	return db.transaction((tx) => work(tx), { isolationLevel: 'serializable' });
}

async function retrySerialization<T>(run: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await run();
		} catch (error) {
			const retryable = error instanceof DatabaseFault && serializationFailures.has(error.sqlState ?? '');
			if (!retryable || attempt === maxAttempts) throw error;
		}
	}
}

async function stripErrors<T>(run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (error) {
		if (error instanceof DatabaseFault) throw error;
		const state = sqlStateOf(error);
		if (state !== undefined) throw new DatabaseFault(state);
		throw error;
	}
}

/** undefined: not a database error at all (a bug in `work`, which must stay visible). */
function sqlStateOf(error: unknown): string | null | undefined {
	if (typeof error !== 'object' || error === null) return undefined;
	if ('code' in error && typeof error.code === 'string') return error.code;
	if ('cause' in error) return sqlStateOf(error.cause) ?? null;
	if (error.constructor.name.startsWith('Drizzle')) return null;
	return undefined;
}

function ignoreNotice(): void {
	// A notice may quote a value; nothing of it is kept.
}

/** Takes a lock for the rest of the transaction; the same name excludes every other holder on this database. */
export async function lockForTransaction(tx: Tx, name: string): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}
