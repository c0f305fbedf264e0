// The tables as the code describes them are the tables as the migration makes them, column by column.

import { type Database, migrate, rowsOf } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsMigration } from '../../node/src/adapters/snapshot/facts-migration.ts';
import { describedColumns } from '../../node/src/adapters/snapshot/tables.ts';
import { testDatabases } from './test-databases.ts';

const actualColumns = `select table_name, column_name, is_nullable,
		case data_type when 'ARRAY' then 'text[]' else data_type end as type
	from information_schema.columns
	where table_schema = 'public' and table_name <> 'cordon_migration'
	order by table_name, ordinal_position`;

for (const { name, open } of testDatabases) {
	describe(`tables on ${name}`, () => {
		let database: Database;

		beforeAll(async () => {
			database = await open();
			await migrate(database, [factsMigration]);
		});
		afterAll(() => database.close());

		it('have the columns, types and nullability that tables.ts describes', async () => {
			const rows = rowsOf(await database.read((tx) => tx.execute(actualColumns)));
			const actual = rows.map(
				(row) =>
					`${row['table_name']}.${row['column_name']} ${row['type']}${row['is_nullable'] === 'NO' ? ' not null' : ''}`,
			);
			expect([...describedColumns()].sort()).toEqual([...actual].sort());
		});
	});
}
