// Finds TCP ports of loopback that nobody listens at, for the servers of a simulated network.

import { createServer } from 'node:net';

/** Different ports; each was free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
	const servers = await Promise.all(Array.from({ length: count }, listen));
	const ports = servers.map((server) => {
		const address = server.address();
		if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
		return address.port;
	});
	await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
	return ports;
}

function listen(): Promise<ReturnType<typeof createServer>> {
	const server = createServer();
	return new Promise((listening, failed) => {
		server.once('error', failed);
		server.listen(0, '127.0.0.1', () => listening(server));
	});
}
