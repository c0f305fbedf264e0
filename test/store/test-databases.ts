// The databases that every contract of a store is tested on: PGlite always, a PostgreSQL server where one is named.

import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '@cordon/shared';

export interface TestDatabase {
	readonly name: string;
	/** A new, empty database; closing it removes it. */
	readonly open: () => Promise<Database>;
}

/** URL of a server on which the tests may create databases. */
const serverUrl = process.env['CORDON_POSTGRES_URL'];

const limits = { statementTimeoutMs: 60_000 };
const pglite: TestDatabase = { name: 'PGlite', open: () => openDatabase({ kind: 'memory' }) };

export const testDatabases: readonly TestDatabase[] =
	serverUrl === undefined
		? [pglite]
		: [pglite, { name: 'PostgreSQL', open: () => openFreshDatabase(serverUrl) }];

async function openFreshDatabase(url: string): Promise<Database> {
	const name = `cordon_test_${randomBytes(8).toString('hex')}`;
	await administer(url, `create database ${name}`);
	const fresh = new URL(url);
	fresh.pathname = `/${name}`;
	const database = await openDatabase({ kind: 'postgres', url: fresh.href, ...limits, maxConnections: 8 });
	return {
		...database,
		close: async () => {
			await database.close();
			await administer(url, `drop database ${name}`);
		},
	};
}

async function administer(url: string, statement: string): Promise<void> {
	const server = await openDatabase({ kind: 'postgres', url, ...limits, maxConnections: 1 });
	await server.read((tx) => tx.execute(statement));
	await server.close();
}
