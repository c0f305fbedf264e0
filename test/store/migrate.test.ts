// The contract of migrations, on every database: forward only, once, and never over an edited or newer schema.

import { type Database, type Migration, migrate, rowsOf } from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testDatabases } from './test-databases.ts';

const first: Migration = { id: '0001-first', statements: ['create table a (id integer primary key)'] };
const second: Migration = {
	id: '0002-second',
	statements: ['create table b (id integer primary key)', 'insert into a values (1)'],
};

for (const { name, open } of testDatabases) {
	describe(`migrate on ${name}`, () => {
		let database: Database;

		beforeEach(async () => {
			database = await open();
		});
		afterEach(() => database.close());

		async function rowsOfA(): Promise<number> {
			return rowsOf(await database.read((tx) => tx.execute('select id from a'))).length;
		}

		it('applies each step once, however often and by however many it is run', async () => {
			await migrate(database, [first]);
			await Promise.all([1, 2, 3, 4].map(() => migrate(database, [first, second])));
			await migrate(database, [first, second]);
			expect(await rowsOfA()).toBe(1);
		});

		it('refuses a step that was edited after it had been applied', async () => {
			await migrate(database, [first]);
			const edited = { ...first, statements: ['create table a (id bigint primary key)'] };
			await expect(migrate(database, [edited, second])).rejects.toThrow(
				'migration 0001-first was changed after it had been applied',
			);
		});

		it('refuses a step that was renamed', async () => {
			await migrate(database, [first]);
			await expect(migrate(database, [{ ...first, id: '0001-other' }])).rejects.toThrow('was changed');
		});

		it('refuses a database that is newer than the program', async () => {
			await migrate(database, [first, second]);
			await expect(migrate(database, [first])).rejects.toThrow('database is newer than this program');
		});

		it('leaves nothing of a list whose last step fails', async () => {
			const broken: Migration = {
				id: '0002-broken',
				statements: ['create table c (id integer)', 'select 1/0'],
			};
			await expect(migrate(database, [first, broken])).rejects.toMatchObject({ sqlState: '22012' });
			await migrate(database, [first, second]);
			expect(await rowsOfA()).toBe(1);
		});
	});
}
