// The one door to a daemon's own database: PGlite in a folder, or a PostgreSQL server, behind the same SQL.
// Errors leave it stripped to their SQLSTATE, because drizzle puts query parameters (patient values) in its texts.

import { randomInt } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as waitMs } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite';
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { isLoopbackHost } from '../manifest/endpoint.ts';
import { ownFolder } from './own-folder.ts';

/** Where a daemon keeps its data. `memory` is for tests only. */
export type DatabaseLocation =
	| { readonly kind: 'memory' }
	| { readonly kind: 'pglite'; readonly directory: string }
	| ({ readonly kind: 'postgres'; readonly url: string } & PostgresLimits);

export interface PostgresLimits {
	readonly maxConnections: number;
	/** The server ends a statement that takes longer: SQLSTATE 57014. The embedded store has no such limit. */
	readonly statementTimeoutMs: number;
}

/** Query builder and raw SQL of one connection or transaction. */
export type Tx = PgDatabase<PgQueryResultHKT, Record<string, never>>;

export interface Database {
	readonly kind: 'pglite' | 'postgres';
	/** Runs outside a transaction. Never call it, or open another transaction, from inside one: PGlite has one connection. */
	readonly read: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
	/** Runs in one transaction, serializable; commits when `work` resolves, rolls back when it throws. */
	readonly transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
	/**
	 * Runs in one transaction that excludes every other holder of the same lock, in any process: what the holder
	 * before committed is seen, so nothing is retried. For steps that read a total and then write by it.
	 */
	readonly exclusive: <T>(lock: string, work: (tx: Tx) => Promise<T>) => Promise<T>;
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

/** The text of the address holds a password, so nothing of it is said. */
export class DatabaseUnprotected extends Error {
	constructor() {
		super('the database address needs ?sslmode=verify-full: without it only loopback is connected to');
		this.name = 'DatabaseUnprotected';
	}
}

const connectTimeoutSeconds = 10;
const serializationFailures = new Set(['40001', '40P01']);
const maxAttempts = 12;
const backOffMs = 8;
const readCommitted = { isolationLevel: 'read committed' } as const;

/** Classes of SQLSTATE begin with a digit, or are one of four; EPERM and its kin are the operating system's. */
const sqlStatePattern = /^(?:\d[\dA-Z]|F0|HV|P0|XX)[\dA-Z]{3}$/;
const connectionCodePattern = /^(?:CONNECT|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|SASL|AUTH_)/;

/** Errors  throws `FolderInUse` where another process, or this one, has the folder open; `DatabaseFault` otherwise. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
	if (location.kind === 'postgres') {
		const client = connect(location);
		// postgres.js and PGlite differ only in the result type of execute(), which rowsOf() evens out.
		const db = drizzlePostgres({ client }) as unknown as Tx;
		return wrap('postgres', db, () => client.end({ timeout: 5 }));
	}
	return location.kind === 'memory'
		? openPglite(new PGlite(), ownedByNobodyElse)
		: openFolder(location.directory);
}

function connect({
	url,
	maxConnections,
	statementTimeoutMs,
}: DatabaseLocation & { kind: 'postgres' }): postgres.Sql {
	if (isUnprotected(url)) throw new DatabaseUnprotected();
	return postgres(url, {
		max: maxConnections,
		connect_timeout: connectTimeoutSeconds,
		onnotice: ignoreNotice,
		connection: {
			application_name: 'cordon',
			statement_timeout: statementTimeoutMs,
			// A transaction that waits for a process that hangs holds its locks against every other.
			idle_in_transaction_session_timeout: statementTimeoutMs,
		},
	});
}

/** Facts of patients cross this line: off loopback only to a server that has proved who it is. */
function isUnprotected(url: string): boolean {
	if (!URL.canParse(url)) return true;
	const { hostname, searchParams } = new URL(url);
	return !isLoopbackHost(hostname) && searchParams.get('sslmode') !== 'verify-full';
}

async function openFolder(directory: string): Promise<Database> {
	await mkdir(directory, { recursive: true, mode: 0o700 });
	await chmod(directory, 0o700);
	const release = ownFolder(directory);
	try {
		return await openPglite(new PGlite(join(directory, 'data')), release);
	} catch (error) {
		release();
		throw error;
	}
}

async function openPglite(client: PGlite, release: () => void): Promise<Database> {
	await client.waitReady;
	return wrap('pglite', drizzlePglite({ client }) as unknown as Tx, () => client.close().finally(release));
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
		exclusive: (lock, work) =>
			stripErrors(() => db.transaction((tx) => underLock(tx, lock, work), readCommitted)),
		close: () => stripErrors(close),
	};
}

function inTransaction<T>(kind: Database['kind'], db: Tx, work: (tx: Tx) => Promise<T>): Promise<T> {
	// PGlite has a single connection, so its transactions are serial whatever their level.
	if (kind === 'pglite') return db.transaction((tx) => work(tx));
	return db.transaction((tx) => work(tx), { isolationLevel: 'serializable' });
}

/** At this level each statement sees what had been committed before it, not before the lock. */
async function underLock<T>(tx: Tx, lock: string, work: (tx: Tx) => Promise<T>): Promise<T> {
	await lockForTransaction(tx, lock);
	return work(tx);
}

async function retrySerialization<T>(run: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await run();
		} catch (error) {
			const retryable = error instanceof DatabaseFault && serializationFailures.has(error.sqlState ?? '');
			if (!retryable || attempt === maxAttempts) throw error;
			await waitMs(randomInt(backOffMs * attempt));
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
	if (!(error instanceof Error)) return undefined;
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	if (sqlStatePattern.test(code)) return code;
	if (error.constructor.name.startsWith('Drizzle')) return sqlStateOf(error.cause) ?? null;
	return connectionCodePattern.test(code) ? null : undefined;
}

function ownedByNobodyElse(): void {
	// A database in memory has no folder to give up.
}

function ignoreNotice(): void {
	// A notice may quote a value; nothing of it is kept.
}

/**
 * Takes a lock for the rest of the transaction; the same name excludes every other holder on this database.
 * Inside `transaction` what is read afterwards is as old as the transaction: where the lock guards a total, use
 * `Database.exclusive`.
 */
export async function lockForTransaction(tx: Tx, name: string): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}
