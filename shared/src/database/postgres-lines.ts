// A few connections to a PostgreSQL server, each lent to one piece of work at a time and never used again once it
// broke. The client library opens a broken connection anew by itself, and then statements of a lost transaction may
// run outside any (postgres.js 3.4.9): here nothing is sent on a line after its loss, and a statement that comes
// later than its work's end is refused.

import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { pause } from '../system.ts';
import type { Tx } from './database.ts';

export interface LineOptions {
	readonly url: string;
	readonly maxConnections: number;
	readonly statementTimeoutMs: number;
}

export interface Lines {
	/** The work has the line for itself. Errors: rejects at once where the line breaks, whatever the work still does. */
	readonly lend: <T>(work: (line: Line) => Promise<T>) => Promise<T>;
	/** Waits for what is lent, but not long. */
	readonly close: () => Promise<void>;
}

export interface Line {
	/** The same connection, for the query builder. */
	readonly tx: Tx;
	readonly send: (statement: string) => Promise<unknown>;
	/** It is in a state that nobody else must find. */
	readonly discard: () => Promise<void>;
}

/** The code is one of those of the client library; the text holds nothing of a statement. */
export class LineLost extends Error {
	readonly code = 'CONNECTION_CLOSED';

	constructor() {
		super('the connection to the database was lost');
		this.name = 'LineLost';
	}
}

const connectTimeoutSeconds = 10;
/** Less than a supervisor waits before it kills. */
const closeTimeoutMs = 2_000;

export function openLines(options: LineOptions): Lines {
	const open = new Set<Connection>();
	const idle: Connection[] = [];
	const waiting: (() => void)[] = [];
	const underWay = new Set<Promise<unknown>>();
	let lent = 0;
	const takeWhole = (): Connection => {
		const connection = idle.pop() ?? connect(options, open);
		return connection.isLost() ? takeWhole() : connection;
	};
	const lend = async <T>(work: (line: Line) => Promise<T>): Promise<T> => {
		if (lent >= options.maxConnections) await new Promise<void>((turn) => waiting.push(turn));
		else lent += 1;
		const connection = takeWhole();
		try {
			return await useOnce(connection, work);
		} finally {
			if (!connection.isLost()) idle.push(connection);
			// The turn goes over to whoever waits, so that nobody new comes in between.
			const next = waiting.shift();
			if (next === undefined) lent -= 1;
			else next();
		}
	};
	return {
		lend: (work) => {
			const lending = lend(work);
			underWay.add(lending);
			return lending.finally(() => underWay.delete(lending));
		},
		close: async () => {
			const patience = new AbortController();
			await Promise.race([Promise.allSettled(underWay), pause(closeTimeoutMs, patience.signal)]);
			patience.abort();
			await Promise.all([...open].map((connection) => connection.end()));
		},
	};
}

interface Connection {
	readonly client: postgres.Sql;
	readonly isLost: () => boolean;
	/** Rejects when the connection breaks. */
	readonly lost: Promise<never>;
	readonly end: () => Promise<void>;
}

function connect({ url, statementTimeoutMs }: LineOptions, open: Set<Connection>): Connection {
	const { promise: lost, reject } = Promise.withResolvers<never>();
	// Nobody may be waiting for it when it happens.
	lost.catch(() => undefined);
	let isLost = false;
	const lose = (): void => {
		isLost = true;
		open.delete(connection);
		reject(new LineLost());
	};
	const client = postgres(url, {
		max: 1,
		connect_timeout: connectTimeoutSeconds,
		// By itself the library would end a connection of a certain age, in the middle of a transaction of ours too.
		max_lifetime: null,
		onnotice: ignoreNotice,
		onclose: lose,
		connection: {
			application_name: 'cordon',
			statement_timeout: statementTimeoutMs,
			// A transaction that waits for a process that hangs holds its locks against every other.
			idle_in_transaction_session_timeout: statementTimeoutMs,
		},
	});
	const connection: Connection = {
		client,
		lost,
		isLost: () => isLost,
		end: () => {
			lose();
			return client.end({ timeout: 0 });
		},
	};
	open.add(connection);
	return connection;
}

async function useOnce<T>(connection: Connection, work: (line: Line) => Promise<T>): Promise<T> {
	let isOver = false;
	const { client } = connection;
	const unsafe: postgres.Sql['unsafe'] = (...statement) => {
		if (isOver || connection.isLost()) throw new LineLost();
		return client.unsafe(...statement);
	};
	const guarded = new Proxy(client, {
		get: (target, name) => (name === 'unsafe' ? unsafe : Reflect.get(target, name)),
	});
	// The drivers differ only in the result type of execute(), which rowsOf() evens out.
	const tx = drizzle({ client: guarded }) as unknown as Tx;
	try {
		const line: Line = { tx, send: async (statement) => unsafe(statement), discard: connection.end };
		return await Promise.race([work(line), connection.lost]);
	} finally {
		isOver = true;
	}
}

function ignoreNotice(): void {
	// A notice may quote a value; nothing of it is kept.
}
