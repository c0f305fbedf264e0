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
import { isLoopbackHost } from '../manifest/endpoint.ts';
import { ownFolder } from './own-folder.ts';
import { type Line, type Lines, openLines } from './postgres-lines.ts';

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
	/** The same, for statements whose best plan depends on their parameters: the plan of one is kept for no other. */
	readonly search: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
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
	/** The server is away, full, or too busy: the same work may succeed later, and other work fails now. */
	readonly isOutage: boolean;

	constructor(sqlState: string | null, isOutage: boolean = outagePattern.test(sqlState ?? '')) {
		super(`database failed with SQLSTATE ${sqlState ?? 'none'}`);
		this.name = 'DatabaseFault';
		this.sqlState = sqlState;
		this.isOutage = isOutage;
	}
}

/** The text of the address holds a password, so nothing of it is said. */
export class DatabaseUnprotected extends Error {
	constructor() {
		super('the database address needs ?sslmode=verify-full: without it only loopback is connected to');
		this.name = 'DatabaseUnprotected';
	}
}

const serializationFailures = new Set(['40001', '40P01']);
const maxAttempts = 12;
const backOffMs = 8;

/** Classes of SQLSTATE begin with a digit, or are one of four; EPERM and its kin are the operating system's. */
const sqlStatePattern = /^(?:\d[\dA-Z]|F0|HV|P0|XX)[\dA-Z]{3}$/;
/** Connection lost, no resources left, ended by an operator or a crash, input and output, given up after conflicts. */
const outagePattern = /^(?:08|53|57P|58|40)/;
const connectionCodePattern = /^(?:CONNECT|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOSTUNREACH|SASL|AUTH_)/;

/** Errors  throws `FolderInUse` where another process, or this one, has the folder open; `DatabaseFault` otherwise. */
export async function openDatabase(location: DatabaseLocation): Promise<Database> {
	if (location.kind === 'postgres') {
		if (isUnprotected(location.url)) throw new DatabaseUnprotected();
		return overLines(openLines(location));
	}
	return location.kind === 'memory'
		? openPglite(new PGlite(), ownedByNobodyElse)
		: openFolder(location.directory);
}

/** Facts of patients cross this line: off loopback only to a server that has proved who it is. */
function isUnprotected(url: string): boolean {
	if (!URL.canParse(url)) return true;
	const { hostname, searchParams } = new URL(url);
	// Of a parameter that stands there twice the driver would take the other one.
	const modes = [...searchParams.getAll('sslmode'), ...searchParams.getAll('ssl')];
	return !isLoopbackHost(hostname) && modes.join() !== 'verify-full';
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
	const db = drizzlePglite({ client }) as unknown as Tx;
	const close = (): Promise<void> => client.close().finally(release);
	// It has a single connection, so its transactions are serial whatever their level.
	return wrap({
		kind: 'pglite',
		read: (work) => work(db),
		search: (work) => work(db),
		transact: (_level, work) => db.transaction(work),
		close,
	});
}

function overLines(lines: Lines): Database {
	return wrap({
		kind: 'postgres',
		read: (work) => lines.lend(({ tx }) => work(tx)),
		search: (work) => lines.lend(({ tx }) => work(tx), { isPlannedAnew: true }),
		transact: (level, work) => lines.lend((line) => transact(line, level, work)),
		close: lines.close,
	});
}

/** Where the line is lost at the commit, nobody knows whether it was made: whoever asks again must find out. */
async function transact<T>(line: Line, level: Isolation, work: (tx: Tx) => Promise<T>): Promise<T> {
	await line.send(`begin isolation level ${level}`);
	try {
		const result = await work(line.tx).finally(line.endWork);
		await line.send('commit');
		return result;
	} catch (error) {
		await line.send('rollback').catch(line.discard);
		throw error;
	}
}

/** The rows of `tx.execute(...)`, whichever driver ran it. */
export function rowsOf(result: unknown): readonly Record<string, unknown>[] {
	const rows = Array.isArray(result) ? result : (result as { readonly rows: unknown }).rows;
	if (!Array.isArray(rows)) throw new DatabaseFault(null);
	return rows;
}

type Isolation = 'serializable' | 'read committed';

/** What the two kinds do differently. */
interface Kind {
	readonly kind: Database['kind'];
	readonly read: Database['read'];
	readonly search: Database['search'];
	readonly transact: <T>(level: Isolation, work: (tx: Tx) => Promise<T>) => Promise<T>;
	readonly close: () => Promise<void>;
}

function wrap({ kind, read, search, transact: within, close }: Kind): Database {
	return {
		kind,
		read: (work) => stripErrors(() => read(work)),
		search: (work) => stripErrors(() => search(work)),
		transaction: (work) => retrySerialization(() => stripErrors(() => within('serializable', work))),
		exclusive: (lock, work) => stripErrors(() => within('read committed', (tx) => underLock(tx, lock, work))),
		close: () => stripErrors(close),
	};
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
		throw faultOf(error) ?? error;
	}
}

/** Null: not a database error at all (a bug in `work`, which must stay visible). */
function faultOf(error: unknown): DatabaseFault | null {
	if (!(error instanceof Error)) return null;
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	if (sqlStatePattern.test(code)) return new DatabaseFault(code);
	if (error.constructor.name.startsWith('Drizzle')) return faultOf(error.cause) ?? new DatabaseFault(null);
	return connectionCodePattern.test(code) ? new DatabaseFault(null, true) : null;
}

function ownedByNobodyElse(): void {
	// A database in memory has no folder to give up.
}

/**
 * Takes a lock for the rest of the transaction; the same name excludes every other holder on this database.
 * Inside `transaction` what is read afterwards is as old as the transaction: where the lock guards a total, use
 * `Database.exclusive`.
 */
export async function lockForTransaction(tx: Tx, name: string): Promise<void> {
	await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}
