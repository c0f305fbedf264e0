// A PostgreSQL connection that ends in the middle of a transaction, as it does when its server is killed: a fault that
// the caller hears of, and no end of the process, no statement outside its transaction, and no pool that hangs.
// See docs/adr/0015-a-broken-connection-is-not-used-again.md.

import { randomBytes } from 'node:crypto';
import { type Database, DatabaseFault, openDatabase, rowsOf, type Tx } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDatabase } from '../../cli/src/processes/party-databases.ts';
import { sharedPostgres } from '../servers/postgres-server.ts';
import { type CuttableLine, openCuttableLine } from './cuttable-line.ts';

/** The connection is lost at other points of the client's own turns each time. */
const times = 20;
const insert = 'insert into kept values (1)';

for (const { name, url } of await sharedPostgres()) {
	describe(`a connection to ${name} that is lost`, () => {
		let line: CuttableLine;
		let database: Database;

		beforeAll(async () => {
			const own = await makeDatabase(url, `cordon_test_${randomBytes(8).toString('hex')}`);
			line = await openCuttableLine(own);
			const limits = { maxConnections: 2, statementTimeoutMs: 60_000 };
			database = await openDatabase({ kind: 'postgres', url: line.url, ...limits });
			await database.read((tx) => tx.execute('create table kept (n integer)'));
		});
		afterAll(async () => {
			await database.close();
			await line.close();
		});

		it.each([
			['transaction', 'closed'],
			['transaction', 'reset'],
			['exclusive', 'closed'],
			['exclusive', 'reset'],
		] as const)('breaks off a %s with an outage, once it is %s', async (kind, how) => {
			for (let time = 0; time < times; time += 1) {
				const work = async (tx: Tx): Promise<void> => {
					await tx.execute(insert);
					const next = tx.execute(insert);
					line.cut(how);
					await next;
					await tx.execute(insert);
				};
				const run = kind === 'transaction' ? database.transaction(work) : database.exclusive('kept', work);
				const error: unknown = await run.catch((reason: unknown) => reason);
				expect(error).toBeInstanceOf(DatabaseFault);
				expect(error).toMatchObject({ isOutage: true });
				expect(await count()).toBe(0);
			}
		});

		it('is replaced by another, at once and for all who wait', async () => {
			const broken = database.transaction(async (tx) => {
				await tx.execute(insert);
				line.cut('closed');
				await tx.execute(insert);
			});
			const [answers] = await Promise.all([
				Promise.all(Array.from({ length: 20 }, () => count().catch(() => 0))),
				expect(broken).rejects.toThrow(DatabaseFault),
			]);
			expect(new Set(answers)).toEqual(new Set([0]));
			expect(await count()).toBe(0);
		});

		it('takes no statement of its transaction to the next connection', async () => {
			const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
			const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
			let late: unknown = null;
			const broken = database.transaction(async (tx) => {
				await tx.execute(insert);
				begin();
				await mayGoOn;
				late = await tx.execute(insert).catch((error: unknown) => error);
			});
			await begun;
			line.cut('closed');
			await expect(broken).rejects.toThrow(DatabaseFault);
			// Both connections are open again, and one of them was the transaction's.
			await Promise.all(Array.from({ length: 8 }, count));
			goOn();
			await expect.poll(() => late).toBeInstanceOf(Error);
			expect(await count()).toBe(0);
		});

		async function count(): Promise<number> {
			const rows = await database.read((tx) => tx.execute('select count(*)::int as n from kept'));
			return Number(rowsOf(rows)[0]?.['n']);
		}
	});
}
