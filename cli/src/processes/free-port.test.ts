import { createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePorts } from './free-port.ts';

describe('freePorts', () => {
	it('gives different ports, at each of which one can listen', async () => {
		const ports = await freePorts(5);
		expect(new Set(ports).size).toBe(5);
		const servers = await Promise.all(
			ports.map(
				(port) =>
					new Promise<Server>((listening, failed) => {
						const server = createServer();
						server.once('error', failed);
						server.listen(port, '127.0.0.1', () => listening(server));
					}),
			),
		);
		await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
	});

	it('gives none where none is asked for', async () => {
		expect(await freePorts(0)).toEqual([]);
	});
});
