// Serves the HTTP interface on a socket, with TLS where it is configured, and closes without cutting answers off.

import { readFile } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { CoordinatorConfig } from '../config.ts';

export interface HttpServer {
	readonly port: number;
	readonly close: () => Promise<void>;
}

/** A client that takes longer to send its request holds a connection open on purpose. */
const limits = { requestTimeout: 60_000, headersTimeout: 15_000 };
const closingMs = 2_000;

export async function listen(
	config: Pick<CoordinatorConfig, 'listen' | 'tls'>,
	fetch: (request: Request) => Response | Promise<Response>,
): Promise<HttpServer> {
	const server = await createServer(config, fetch);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(config.listen.port, config.listen.host, resolve);
	});
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the server has no port');
	return { port: address.port, close: () => close(server) };
}

async function createServer(
	{ tls }: Pick<CoordinatorConfig, 'tls'>,
	fetch: (request: Request) => Response | Promise<Response>,
): Promise<ServerType> {
	if (tls === null)
		return createAdaptorServer({ fetch, createServer: createPlainServer, serverOptions: limits });
	const cert = await readFile(tls.certificateFile);
	const key = await readFile(tls.keyFile.reveal());
	return createAdaptorServer({
		fetch,
		createServer: createTlsServer,
		serverOptions: { ...limits, cert, key },
	});
}

function close(server: ServerType): Promise<void> {
	return new Promise((resolve) => {
		const cut = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), closingMs);
		server.close(() => {
			clearTimeout(cut);
			resolve();
		});
		if ('closeIdleConnections' in server) server.closeIdleConnections();
	});
}
