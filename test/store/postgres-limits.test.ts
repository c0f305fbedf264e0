// What a PostgreSQL server adds to the contract: limits that the server itself keeps, connections that break, and
// an address without protection that is not connected to at all.

import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Database, openDatabase, rowsOf } from '@cordon/shared';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { testDatabases } from './test-databases.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const limits = { maxConnections: 3, statementTimeoutMs: 60_000 };
const servers = testDatabases.filter(({ name }) => name !== 'PGlite');

async function withDatabase(
	open: (typeof servers)[number]['open'],
	change: Partial<typeof limits>,
	work: (database: Database) => Promise<void>,
): Promise<void> {
	const database = await open({ ...limits, ...change });
	try {
		await work(database);
	} finally {
		await database.close();
	}
}

const preparedTexts = 'select statement from pg_prepared_statements';

const all = (database: Database, text: string): Promise<readonly Record<string, unknown>[]> =>
	database.read(async (tx) => rowsOf(await tx.execute(text)));

describe.skipIf(servers.length === 0)('a PostgreSQL server', () => {
	describe.each(servers.map(({ name, open }) => ({ name, open })))('$name', ({ open }) => {
		it('ends a statement that takes longer than its time, and answers the next', () =>
			withDatabase(open, { statementTimeoutMs: 150 }, async (database) => {
				const slow = database.transaction((tx) => tx.execute('select pg_sleep(20)'));
				await expect(slow).rejects.toMatchObject({ name: 'DatabaseFault', sqlState: '57014' });
				expect(await all(database, 'select 1 as one')).toEqual([{ one: 1 }]);
			}));

		it('ends a transaction that idles, so that its locks are not held for ever', () =>
			withDatabase(open, { statementTimeoutMs: 150 }, async (database) => {
				const [setting] = await all(
					database,
					`select current_setting('idle_in_transaction_session_timeout') as ms`,
				);
				expect(setting).toEqual({ ms: '150ms' });
			}));

		it('is asked over no more connections than configured, by however many at once', () =>
			withDatabase(open, {}, async (database) => {
				await Promise.all(Array.from({ length: 20 }, () => all(database, 'select pg_sleep(0.01)')));
				const [row] = await all(
					database,
					`select count(*)::integer as n from pg_stat_activity where datname = current_database()`,
				);
				expect(row?.['n']).toBeLessThanOrEqual(limits.maxConnections);
			}));

		it('plans what comes again once for all, and a search each time for itself', () =>
			withDatabase(open, { maxConnections: 1 }, async (database) => {
				const statement = (n: number) => sql`select ${n}::int + 0 as n`;
				for (let n = 0; n < 10; n += 1) {
					expect(rowsOf(await database.search((tx) => tx.execute(statement(n))))).toEqual([{ n }]);
				}
				expect(await all(database, preparedTexts)).toEqual([]);
				for (let n = 0; n < 10; n += 1) await database.read((tx) => tx.execute(statement(n)));
				expect(
					await all(database, 'select generic_plans > 0 as is_generic from pg_prepared_statements'),
				).toEqual([{ is_generic: true }]);
			}));

		it('keeps prepared what comes again, and no more of it than a connection may hold', () =>
			withDatabase(open, { maxConnections: 1 }, async (database) => {
				const ask = (text: string) =>
					database.read((tx) => tx.execute(sql.join([sql.raw(text), sql`${1}::int`])));
				for (let use = 0; use < 5; use += 1) await ask('select 0 + ');
				expect(await all(database, preparedTexts)).toEqual([{ statement: 'select 0 + $1::int' }]);
				for (let text = 0; text < 600; text += 1) {
					await ask(`select ${text} + `);
					await ask(`select ${text} + `);
				}
				const prepared = await all(database, preparedTexts);
				expect(prepared.length).toBeGreaterThan(100);
				expect(prepared.length).toBeLessThanOrEqual(200);
			}));

		it('that ended every connection is asked again over new ones', () =>
			withDatabase(open, {}, async (database) => {
				await all(database, 'select 1');
				const cut = all(
					database,
					`select pg_terminate_backend(pid) from pg_stat_activity
						where datname = current_database() and pid <> pg_backend_pid()`,
				);
				await cut;
				const own = all(database, 'select pg_terminate_backend(pg_backend_pid())');
				await expect(own).rejects.toMatchObject({ name: 'DatabaseFault' });
				expect(await all(database, 'select 1 as one')).toEqual([{ one: 1 }]);
			}));

		it('that broke off a transaction runs nothing of what its work does afterwards', () =>
			withDatabase(open, {}, async (database) => {
				await all(database, 'create table kept (n integer not null)');
				const worked: string[] = [];
				const goOn = Promise.withResolvers<void>();
				const cut = database.exclusive('kept', async (tx) => {
					await tx.execute('insert into kept values (1)');
					await tx.execute('select pg_terminate_backend(pg_backend_pid())').catch(() => worked.push('cut'));
					// The work does not know yet: it goes on, as a handler that swallowed the fault would.
					await goOn.promise;
					await tx.execute('insert into kept values (2)').catch(() => worked.push('refused'));
					await tx.execute('commit').catch(() => worked.push('refused'));
				});
				await expect(cut).rejects.toMatchObject({ name: 'DatabaseFault', isOutage: true });
				// Another's statement opens the connection anew before the work goes on.
				expect(await all(database, 'select n from kept')).toEqual([]);
				goOn.resolve();
				await new Promise(setImmediate);
				expect(await all(database, 'select n from kept')).toEqual([]);
				expect(worked).toEqual(['cut', 'refused', 'refused']);
			}));

		it('gives each answer to its own question when every connection breaks again and again', () =>
			withDatabase(open, {}, async (database) => {
				const asked = Array.from({ length: 60 }, async (_, n) => {
					const text =
						n % 10 === 3 ? 'select pg_terminate_backend(pg_backend_pid())' : `select ${n}::integer as n`;
					return all(database, text).catch((error: unknown) => error);
				});
				for (const [n, answer] of (await Promise.all(asked)).entries()) {
					if (n % 10 === 3) expect(answer).toMatchObject({ name: 'DatabaseFault', isOutage: true });
					else expect(answer).toEqual([{ n }]);
				}
			}));

		it('refuses a statement that comes after its work has ended', () =>
			withDatabase(open, {}, async (database) => {
				const kept = await database.transaction(async (tx) => tx);
				await expect(kept.execute('select 1')).rejects.toThrow();
				expect(await all(database, 'select 1 as one')).toEqual([{ one: 1 }]);
			}));

		it('leaves no transaction open behind work that failed', () =>
			withDatabase(open, { maxConnections: 1 }, async (database) => {
				const failed = database.transaction((tx) => tx.execute('select 1/0'));
				await expect(failed).rejects.toMatchObject({ sqlState: '22012' });
				const [row] = await all(database, `select now() = statement_timestamp() as is_alone`);
				expect(row).toEqual({ is_alone: true });
			}));

		it('keeps nothing of what it answered once the work has it', () =>
			withDatabase(open, { maxConnections: 1 }, async (database) => {
				const answered = async (): Promise<WeakRef<object>> => {
					const [row] = await all(database, `select repeat('x', 100) as fact`);
					return new WeakRef(row ?? {});
				};
				const kept = [await answered(), await answered(), await answered()];
				await all(database, 'select 1');
				await new Promise(setImmediate);
				collectGarbage();
				expect(kept.map((one) => one.deref())).toEqual([undefined, undefined, undefined]);
			}));

		it.each(['commit', 'rollback'] as const)(
			'takes no statement of a transaction at its %s or later',
			(end) =>
				withDatabase(open, { maxConnections: 1 }, async (database) => {
					await all(database, 'create table kept (n integer not null)');
					const late: Promise<unknown>[] = [];
					const run = database.transaction(async (tx) => {
						await tx.execute('insert into kept values (1)');
						const settled = Promise.resolve();
						const insert = (): Promise<unknown> => tx.execute('insert into kept values (2)');
						late.push(
							settled
								.then(() => settled)
								.then(insert)
								.catch(() => 'refused'),
						);
						if (end === 'rollback') throw new Error('stop');
					});
					await run.catch(() => undefined);
					await Promise.all(late);
					expect(await all(database, 'select n from kept where n = 2')).toEqual([]);
				}),
		);

		it('is not asked any more once it was closed, by those who waited neither', async () => {
			const database = await open({ ...limits, maxConnections: 1 });
			const first = database.read(async (tx) => tx.execute('select pg_sleep(0.05)'));
			const waited = all(database, 'select 1');
			const refused = expect(waited).rejects.toMatchObject({ name: 'DatabaseFault' });
			await database.close();
			await first;
			await refused;
			await expect(all(database, 'select 1')).rejects.toMatchObject({ name: 'DatabaseFault' });
		});

		it('that takes calls and hangs up is a fault in seconds, and not asked without end', async () => {
			let calls = 0;
			const server = createServer((socket) => {
				calls += 1;
				socket.once('data', () => socket.end());
			});
			await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
			const address = server.address();
			const port = typeof address === 'object' && address !== null ? address.port : 0;
			const url = `postgres://cordon@127.0.0.1:${port}/cordon`;
			const database = await openDatabase({ kind: 'postgres', url, ...limits });
			await expect(all(database, 'select 1')).rejects.toMatchObject({
				name: 'DatabaseFault',
				isOutage: true,
			});
			await database.close();
			const turns = async (): Promise<void> => {
				for (let turn = 0; turn < 2_000; turn += 1) await new Promise(setImmediate);
			};
			// Calls that were under way at the close still arrive, as many as the system had taken by then.
			await turns();
			const arrived = calls;
			await turns();
			expect(calls).toBe(arrived);
			await new Promise((closed) => server.close(closed));
		});

		it('that is not there is a fault at once, and no question waits for ever', async () => {
			const url = 'postgres://cordon@127.0.0.1:9/cordon';
			const database = await openDatabase({ kind: 'postgres', url, ...limits });
			await expect(all(database, 'select 1')).rejects.toMatchObject({
				name: 'DatabaseFault',
				isOutage: true,
			});
			await database.close();
		});
	});
});

describe('an address of a database elsewhere', () => {
	it.each([
		'postgres://cordon:canary-secret@db.example.org/cordon',
		'postgres://cordon:canary-secret@db.example.org/cordon?sslmode=require',
		'postgres://cordon:canary-secret@192.0.2.7/cordon?sslmode=prefer',
		'postgres://cordon:canary-secret@127.0.0.1.example.org/cordon',
		'postgres://cordon:canary-secret@db.example.org/cordon?sslmode=verify-full&sslmode=disable',
		'postgres://cordon:canary-secret@db.example.org/cordon?sslmode=verify-full&ssl=prefer',
		'not an address',
	])('%s is refused before anything is sent, and nothing of it is said', async (url) => {
		const opened = openDatabase({ kind: 'postgres', url, ...limits });
		await expect(opened).rejects.toMatchObject({ name: 'DatabaseUnprotected' });
		await expect(opened).rejects.not.toThrow('canary');
	});

	it('is connected to where the server must prove who it is', async () => {
		const url = 'postgres://cordon:secret@db.invalid/cordon?sslmode=verify-full';
		const database = await openDatabase({ kind: 'postgres', url, ...limits });
		await database.close();
	});
});
