// A few connections to a PostgreSQL server, each lent to one piece of work at a time and never used again once it
// broke. The client library opens a broken connection anew by itself, and then statements of a lost transaction may
// run outside any (postgres.js 3.4.9): here nothing is sent on a line after its loss, and a statement that comes
// later than its work's end is refused.

import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { pause } from '../system.ts';
import type { Tx } from './database.ts';
import { createRepeatedTexts } from './repeated-texts.ts';

export interface LineOptions {
	readonly url: string;
	readonly maxConnections: number;
	readonly statementTimeoutMs: number;
}

export interface Lines {
	/** The work has the line for itself. Errors: rejects at once where the line breaks, whatever the work still does. */
	readonly lend: <T>(work: (line: Line) => Promise<T>, use?: LineUse) => Promise<T>;
	/** Waits for what is lent, but not long. */
	readonly close: () => Promise<void>;
}

export interface LineUse {
	/** No statement of the work is kept prepared: each is planned for its own parameters. */
	readonly isPlannedAnew: boolean;
}

export interface Line {
	/** The same connection, for the query builder. */
	readonly tx: Tx;
	/** Not through the query builder: for the transaction's own statements. */
	readonly send: (statement: string) => Promise<unknown>;
	/** What the work still says on `tx` is refused from here on. */
	readonly endWork: () => void;
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

const connectTimeoutSeconds = 5;
/** Beyond the server's own limit on a statement: for its answer to arrive. */
const silenceMs = 5_000;
/** Less than a supervisor waits before it kills. */
const closeTimeoutMs = 2_000;

export function openLines(options: LineOptions): Lines {
	const open = new Set<Connection>();
	const idle: Connection[] = [];
	const waiting: (() => void)[] = [];
	const underWay = new Set<Promise<unknown>>();
	let lent = 0;
	let isClosed = false;
	const takeWhole = async (): Promise<Connection> => {
		for (let known = idle.pop(); known !== undefined; known = idle.pop()) {
			if (!known.isLost()) return known;
		}
		const fresh = connect(options, open);
		await establish(fresh);
		return fresh;
	};
	const lend = async <T>(work: (line: Line) => Promise<T>, use: LineUse): Promise<T> => {
		if (lent >= options.maxConnections) await new Promise<void>((turn) => waiting.push(turn));
		else lent += 1;
		try {
			if (isClosed) throw new LineLost();
			const connection = await takeWhole();
			try {
				const patienceMs = options.statementTimeoutMs + silenceMs;
				return await useOnce(connection, work, { ...use, patienceMs });
			} finally {
				if (!connection.isLost()) idle.push(connection);
			}
		} finally {
			// The turn goes over to whoever waits, so that nobody new comes in between.
			const next = waiting.shift();
			if (next === undefined) lent -= 1;
			else next();
		}
	};
	return {
		lend: (work, use = { isPlannedAnew: false }) => {
			const lending = lend(work, use);
			underWay.add(lending);
			return lending.finally(() => underWay.delete(lending));
		},
		close: async () => {
			isClosed = true;
			const patience = new AbortController();
			await Promise.race([Promise.allSettled(underWay), pause(closeTimeoutMs, patience.signal)]);
			patience.abort();
			await Promise.all([...open].map((connection) => connection.end()));
		},
	};
}

interface Connection {
	readonly client: postgres.Sql;
	readonly isRepeated: (text: string) => boolean;
	readonly isLost: () => boolean;
	/** Whoever has it is told of its loss, once; null when it is given back. */
	readonly onLost: (told: (() => void) | null) => void;
	readonly end: () => Promise<void>;
}

function connect({ url, statementTimeoutMs }: LineOptions, open: Set<Connection>): Connection {
	let isLost = false;
	let told: (() => void) | null = null;
	const lose = (): void => {
		isLost = true;
		open.delete(connection);
		told?.();
	};
	const client = postgres(url, {
		max: 1,
		connect_timeout: connectTimeoutSeconds,
		// By itself the library would end a connection of a certain age, in the middle of a transaction of ours too.
		max_lifetime: null,
		// A question of the library's own at each connection, whose failure nobody could catch.
		fetch_types: false,
		onnotice: ignoreNotice,
		onclose: lose,
		connection: {
			application_name: 'cordon',
			statement_timeout: statementTimeoutMs,
			// Compiling a statement takes longer than running any of ours: tens of milliseconds where an estimate is too high.
			jit: false,
			// A transaction that waits for a process that hangs holds its locks against every other.
			idle_in_transaction_session_timeout: statementTimeoutMs,
		},
	});
	const connection: Connection = {
		client,
		...createRepeatedTexts(),
		isLost: () => isLost,
		onLost: (tell) => {
			told = tell;
		},
		end: () => {
			lose();
			return client.end({ timeout: 0 });
		},
	};
	open.add(connection);
	return connection;
}

/**
 * The first statement of a connection opens it. Where somebody answers and hangs up, as a proxy without a server does,
 * the library would try again without end: so it gets a time of its own. Errors: throws `LineLost`.
 */
async function establish(connection: Connection): Promise<void> {
	const end = (): void => void connection.end();
	const timer = setTimeout(end, connectTimeoutSeconds * 1000);
	const loss = Promise.withResolvers<never>();
	connection.onLost(() => loss.reject(new LineLost()));
	try {
		await Promise.race([connection.client.unsafe('select 1'), loss.promise]);
	} catch (error) {
		end();
		throw error;
	} finally {
		clearTimeout(timer);
		connection.onLost(null);
	}
}

async function useOnce<T>(
	connection: Connection,
	work: (line: Line) => Promise<T>,
	{ isPlannedAnew, patienceMs }: LineUse & { readonly patienceMs: number },
): Promise<T> {
	// A promise of this loan alone: one that outlived it would keep what the work returned, facts of patients among it.
	const loss = Promise.withResolvers<never>();
	connection.onLost(() => loss.reject(new LineLost()));
	let timer: NodeJS.Timeout | undefined;
	let isOpenToWork = true;
	const { client } = connection;
	const statement: postgres.Sql['unsafe'] = (text, parameters, options) => {
		if (connection.isLost()) throw new LineLost();
		// The server's own limit does not help where the server, or the way to it, has gone silent.
		clearTimeout(timer);
		timer = setTimeout(() => void connection.end(), patienceMs);
		const hasParameters = parameters !== undefined && parameters.length > 0;
		const prepare = hasParameters && !isPlannedAnew && connection.isRepeated(text);
		return client.unsafe(text, parameters, { ...options, prepare });
	};
	const unsafe: postgres.Sql['unsafe'] = (...given) => {
		if (!isOpenToWork) throw new LineLost();
		return statement(...given);
	};
	const guarded = new Proxy(client, {
		get: (target, name) => (name === 'unsafe' ? unsafe : Reflect.get(target, name)),
	});
	const endWork = (): void => {
		isOpenToWork = false;
	};
	// The drivers differ only in the result type of execute(), which rowsOf() evens out.
	const tx = drizzle({ client: guarded }) as unknown as Tx;
	const send = async (text: string): Promise<unknown> => statement(text);
	try {
		return await Promise.race([work({ tx, send, endWork, discard: connection.end }), loss.promise]);
	} finally {
		endWork();
		clearTimeout(timer);
		connection.onLost(null);
	}
}

function ignoreNotice(): void {
	// A notice may quote a value; nothing of it is kept.
}
