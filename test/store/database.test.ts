// The contract of the database door, on every database: nothing of a value in an error, nothing lost in a race.

import { type Database, type lockForTransaction, rowsOf } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabases } from './test-databases.ts';

for (const { name, open } of testDatabases) {
	describe(`Database on ${name}`, () => {
		let database: Database;

		beforeAll(async () => {
			database = await open();
			await database.read((tx) =>
				tx.execute('create table counter (name text primary key, n integer not null)'),
			);
			await database.read((tx) => tx.execute(`insert into counter values ('a', 0)`));
		});
		afterAll(() => database.close());

		async function counter(): Promise<unknown> {
			return rowsOf(await database.read((tx) => tx.execute('select n from counter')))[0]?.['n'];
		}

		it('keeps of an error nothing but its SQLSTATE', async () => {
			const failed = database.read((tx) => tx.execute(`select 'Secret Patient'::integer`));
			const error: unknown = await failed.catch((reason: unknown) => reason);
			expect(error).toMatchObject({ name: 'DatabaseFault', sqlState: '22P02' });
			expect(
				JSON.stringify([error, String(error), (error as Error).stack, (error as Error).cause]),
			).not.toContain('Secret');
		});

		it('lets a bug in the work through as it is, even one that carries a code', async () => {
			const bug = Object.assign(new TypeError('bug'), { code: 'ERR_INVALID_ARG_TYPE' });
			await expect(database.transaction(() => Promise.reject(bug))).rejects.toBe(bug);
			const denied = Object.assign(new Error('denied'), { code: 'EPERM' });
			await expect(database.exclusive('x', () => Promise.reject(denied))).rejects.toBe(denied);
		});

		it.each(['transaction', 'exclusive'] as const)('undoes a %s whose work throws', async (kind) => {
			const before = await counter();
			const work = async (tx: Parameters<typeof lockForTransaction>[0]): Promise<never> => {
				await tx.execute('update counter set n = n + 100');
				throw new Error('stop');
			};
			const run = kind === 'transaction' ? database.transaction(work) : database.exclusive('counter', work);
			await expect(run).rejects.toThrow('stop');
			expect(await counter()).toBe(before);
		});

		it('loses no step of 40 that read and then write under one lock at once', async () => {
			await database.read((tx) => tx.execute('update counter set n = 0'));
			const step = (): Promise<void> =>
				database.exclusive('counter', async (tx) => {
					const n = Number(rowsOf(await tx.execute('select n from counter'))[0]?.['n']);
					await tx.execute(`update counter set n = ${n + 1}`);
				});
			await Promise.all(Array.from({ length: 40 }, step));
			expect(await counter()).toBe(40);
		});

		it('loses no step of 6 serializable transactions at once', async () => {
			await database.read((tx) => tx.execute('update counter set n = 0'));
			const step = (): Promise<void> =>
				database.transaction(async (tx) => {
					const n = Number(rowsOf(await tx.execute('select n from counter'))[0]?.['n']);
					await tx.execute(`update counter set n = ${n + 1}`);
				});
			await Promise.all(Array.from({ length: 6 }, step));
			expect(await counter()).toBe(6);
		});
	});
}
