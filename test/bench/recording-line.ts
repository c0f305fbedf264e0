// Stands between all nodes and the coordinator and notes each exchange, so that the floor exchanges the same.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { passingMessage, polledEnvelopes } from '../passing-messages.ts';

export interface RecordedExchange {
	readonly hospital: string;
	readonly kind: 'poll' | 'message';
	/** Of a poll: the kinds of what was handed over; of a message: its own. */
	readonly carries: readonly string[];
	/** Lengths of the bodies. */
	readonly requestBytes: number;
	readonly responseBytes: number;
}

export interface RecordingLine {
	readonly url: string;
	/** In the order in which they were answered, since the last time this was asked. */
	readonly take: () => readonly RecordedExchange[];
	readonly close: () => Promise<void>;
}

export async function openRecordingLine(coordinatorUrl: string): Promise<RecordingLine> {
	let recorded: RecordedExchange[] = [];
	const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const body = await bytesOf(request);
		const gone = new AbortController();
		response.once('close', () => gone.abort());
		const answer = await fetch(new URL(request.url ?? '/', coordinatorUrl), {
			method: request.method ?? 'GET',
			headers: { 'content-type': request.headers['content-type'] ?? 'application/json' },
			body: request.method === 'POST' ? body : null,
			signal: gone.signal,
		});
		const bytes = new Uint8Array(await answer.arrayBuffer());
		const exchange = exchangeOf(request.url ?? '', body, bytes);
		if (exchange !== null) recorded.push(exchange);
		const type = answer.headers.get('content-type') ?? '';
		response.writeHead(answer.status, { 'content-type': type }).end(bytes);
	};
	const server = createServer((request, response) => {
		relay(request, response).catch(() => response.destroy());
	});
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
	return {
		url: `http://127.0.0.1:${address.port}`,
		take: () => {
			const taken = recorded;
			recorded = [];
			return taken;
		},
		close: () =>
			new Promise((closed) => {
				server.close(() => closed());
				server.closeAllConnections();
			}),
	};
}

function exchangeOf(path: string, request: Uint8Array, response: Uint8Array): RecordedExchange | null {
	if (path !== '/v1/poll' && path !== '/v1/messages') return null;
	const sent = passingMessage(request);
	const sizes = { requestBytes: request.length, responseBytes: response.length };
	if (path === '/v1/messages')
		return { hospital: sent.from, kind: 'message', carries: [sent.kind], ...sizes };
	const carries = polledEnvelopes(response).map((envelope) => passingMessage(envelope).kind);
	return { hospital: sent.from, kind: 'poll', carries, ...sizes };
}

async function bytesOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return new Uint8Array(Buffer.concat(chunks));
}
