// Brings a server to a port where nothing listened: to whoever asks there, it has come back.

import { connect, createServer, type Socket } from 'node:net';

export interface Relay {
	readonly close: () => Promise<void>;
}

export async function openRelay(target: string, port: number): Promise<Relay> {
	const { hostname, port: targetPort } = new URL(target);
	const sockets = new Set<Socket>();
	const server = createServer((near) => {
		const far = connect(Number(targetPort), hostname);
		for (const [one, other] of [
			[near, far],
			[far, near],
		] as const) {
			sockets.add(one);
			one.pipe(other);
			one.on('error', () => other.destroy());
		}
	});
	await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
	return {
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((closed) => server.close(closed));
		},
	};
}
