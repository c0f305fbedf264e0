// Stands between a sync and its server, and fails at the write that it was told to, in the ways a network does.

import { createServer } from 'node:http';

export type Failure =
	/** The write never reached the server. */
	| 'before'
	/** It was done, and nobody heard of it. */
	| 'after'
	/** It was said to be done, and was not. */
	| 'pretended';

export interface FailingProxy {
	readonly apiUrl: string;
	/** Writes that were asked for. */
	readonly writes: () => number;
	readonly close: () => Promise<void>;
}

/** From write number `from` on (the first is 0) every write fails; null: none does. */
export async function openFailingProxy(
	target: string,
	{ from, failure }: { readonly from: number | null; readonly failure: Failure },
): Promise<FailingProxy> {
	let writes = 0;
	const proxy = createServer(async (request, response) => {
		const body = (await Array.fromAsync(request)).join('');
		const isWrite = request.url?.endsWith('/write') === true;
		const fails = isWrite && from !== null && writes >= from;
		if (isWrite) writes += 1;
		if (fails && failure === 'pretended') return void response.writeHead(200).end('{}');
		if (fails && failure === 'before') return void response.destroy();
		const init = request.method === 'GET' ? {} : { body };
		const headers = { 'content-type': 'application/json' };
		const answer = await fetch(`${target}${request.url}`, {
			method: request.method ?? 'GET',
			headers,
			...init,
		});
		const text = await answer.text();
		if (fails) return void response.destroy();
		response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
	});
	await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
	const address = proxy.address();
	if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
	return {
		apiUrl: `http://127.0.0.1:${address.port}`,
		writes: () => writes,
		close: async () => {
			proxy.closeAllConnections();
			await new Promise((closed) => proxy.close(closed));
		},
	};
}
