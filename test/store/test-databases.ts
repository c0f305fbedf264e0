// The databases that every contract of a store is tested on: PGlite always, and each PostgreSQL server that is found
// (test/servers/postgres-server.ts says where).

import { randomBytes } from 'node:crypto';
import { type Database, openDatabase, type PostgresLimits } from '@cordon/shared';
import { sharedPostgres } from '../servers/postgres-server.ts';

export interface TestDatabase {
	/** `PGlite`, or `PostgreSQL 18` by the server's own word. */
	readonly name: string;
	/** A new, empty database; closing it removes it. */
	readonly open: (limits?: Partial<PostgresLimits>) => Promise<Database>;
}

const usual: PostgresLimits = { maxConnections: 8, statementTimeoutMs: 60_000 };
const pglite: TestDatabase = { name: 'PGlite', open: () => openDatabase({ kind: 'memory' }) };

const servers = await sharedPostgres();

export const testDatabases: readonly TestDatabase[] = [
	pglite,
	...servers.map(({ name, url }) => ({
		name,
		open: (limits: Partial<PostgresLimits> = {}) => openFreshDatabase(url, { ...usual, ...limits }),
	})),
];

async function openFreshDatabase(url: string, limits: PostgresLimits): Promise<Database> {
	const name = `cordon_test_${randomBytes(8).toString('hex')}`;
	await administer(url, `create database ${name}`);
	const fresh = new URL(url);
	fresh.pathname = `/${name}`;
	const database = await openDatabase({ kind: 'postgres', url: fresh.href, ...limits });
	return {
		...database,
		close: async () => {
			await database.close();
			await administer(url, `drop database ${name}`);
		},
	};
}

async function administer(url: string, statement: string): Promise<void> {
	const server = await openDatabase({ kind: 'postgres', url, ...usual, maxConnections: 1 });
	await server.read((tx) => tx.execute(statement));
	await server.close();
}
