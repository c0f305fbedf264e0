// Vitest's global set-up: starts the servers that a run's tests share, each at the first test file that asks for it,
// and ends them with the run. A run whose tests ask for none starts none.

import { createServer } from 'node:http';
import { findOrStartOpenFga, missingOpenFga } from './openfga-server.ts';
import { findOrStartPostgres, missingPostgres, versionOf } from './postgres-server.ts';
import { deskVariable, type FoundServer, type ServerKind } from './server-desk.ts';

interface SharedServers {
	readonly found: readonly FoundServer[];
	readonly stop: () => Promise<void>;
}

const started = new Map<ServerKind, Promise<SharedServers>>();

const starts: Readonly<Record<ServerKind, () => Promise<SharedServers>>> = {
	openfga: async () => {
		const server = await findOrStartOpenFga();
		if (server === null) return absent(missingOpenFga);
		return { found: [{ name: 'OpenFGA', url: server.apiUrl }], stop: server.stop };
	},
	postgres: async () => {
		const servers = await findOrStartPostgres();
		if (servers.length === 0) return absent(missingPostgres);
		const found = await Promise.all(
			servers.map(async ({ url }) => ({ name: `PostgreSQL ${(await versionOf(url)) ?? 'silent'}`, url })),
		);
		const stop = async (): Promise<void> => {
			for (const server of servers) await server.stop();
		};
		return { found, stop };
	},
};

export async function setup(): Promise<() => Promise<void>> {
	const desk = createServer(async (request, response) => {
		const kind = request.url?.slice(1);
		const isKnown = kind === 'openfga' || kind === 'postgres';
		const found = isKnown ? (await serversOf(kind)).found : [];
		response
			.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' })
			.end(JSON.stringify(found));
	});
	await new Promise<void>((listening) => desk.listen(0, '127.0.0.1', listening));
	const address = desk.address();
	if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
	process.env[deskVariable] = `http://127.0.0.1:${address.port}`;
	return async () => {
		desk.closeAllConnections();
		desk.close();
		for (const servers of started.values()) await (await servers).stop();
	};
}

function serversOf(kind: ServerKind): Promise<SharedServers> {
	const already = started.get(kind);
	if (already !== undefined) return already;
	const starting = starts[kind]().catch((error: unknown) => absent(String(error)));
	started.set(kind, starting);
	return starting;
}

function absent(missing: string): SharedServers {
	process.stderr.write(`\ntests are skipped, because there is ${missing}\n\n`);
	return { found: [], stop: async () => undefined };
}
