// A TCP line to a server that a test can cut, as a killed server or a dead network cuts it: no last message comes.

import { connect, createServer, type Socket } from 'node:net';

export interface CuttableLine {
	/** The server's address, by way of the line. */
	readonly url: string;
	/** `closed`: both ends hear of an orderly end. `reset`: the client's next word is answered by a reset. */
	readonly cut: (how: 'closed' | 'reset') => void;
	readonly close: () => Promise<void>;
}

export async function openCuttableLine(serverUrl: string): Promise<CuttableLine> {
	const { hostname, port } = new URL(serverUrl);
	const sockets = new Set<Socket>();
	const keep = (socket: Socket): Socket => {
		sockets.add(socket);
		socket.on('error', () => undefined);
		return socket.once('close', () => sockets.delete(socket));
	};
	const server = createServer((near) => {
		const far = connect(Number(port), hostname);
		keep(near)
			.pipe(keep(far))
			.pipe(near)
			.once('close', () => far.destroy());
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
	const url = new URL(serverUrl);
	url.hostname = '127.0.0.1';
	url.port = String(address.port);
	const cut = (how: 'closed' | 'reset'): void => {
		for (const socket of sockets) {
			if (how === 'reset') socket.resetAndDestroy();
			else socket.destroy();
		}
	};
	return {
		url: url.href,
		cut,
		close: () => {
			cut('closed');
			return new Promise((closed) => server.close(() => closed()));
		},
	};
}
