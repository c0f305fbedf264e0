// Gives each party of a simulated network a database of its own on one PostgreSQL server.

import { DatabaseFault, openDatabase } from '@cordon/shared';

const limits = { maxConnections: 1, statementTimeoutMs: 60_000 };

/**
 * Shape   makes the database `name` where it is not there; returns its URL.
 * Errors  throws `DatabaseFault`: the server is not there, or `serverUrl` may not make databases.
 */
export async function makeDatabase(serverUrl: string, name: string): Promise<string> {
	if (!/^[a-z0-9_]{1,63}$/.test(name)) throw new Error('not the name of a database');
	const server = await openDatabase({ kind: 'postgres', url: serverUrl, ...limits });
	try {
		await server.read((tx) => tx.execute(`create database ${name}`));
	} catch (error) {
		if (!(error instanceof DatabaseFault && error.sqlState === duplicateDatabase)) throw error;
	} finally {
		await server.close();
	}
	const own = new URL(serverUrl);
	own.pathname = `/${name}`;
	return own.href;
}

const duplicateDatabase = '42P04';
