// Stands between all nodes and the coordinator and notes each exchange, so that the floor exchanges the same.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

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
		const body = await textOf(request);
		const gone = new AbortController();
		response.once('close', () => gone.abort());
		const answer = await fetch(new URL(request.url ?? '/', coordinatorUrl), {
			method: request.method ?? 'GET',
			headers: { 'content-type': 'application/json' },
			body: request.method === 'POST' ? body : null,
			signal: gone.signal,
		});
		const text = await answer.text();
		const exchange = exchangeOf(request.url ?? '', body, text);
		if (exchange !== null) recorded.push(exchange);
		response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
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

function exchangeOf(path: string, request: string, response: string): RecordedExchange | null {
	if (path !== '/v1/poll' && path !== '/v1/messages') return null;
	const sent = contentOf(JSON.parse(request).envelope);
	const sizes = { requestBytes: Buffer.byteLength(request), responseBytes: Buffer.byteLength(response) };
	if (path === '/v1/messages') {
		return { hospital: sent.from, kind: 'message', carries: [kindOf(sent.body)], ...sizes };
	}
	const { messages } = JSON.parse(response) as { readonly messages: readonly { readonly text: string }[] };
	const carries = messages.map(({ text }) => kindOf(contentOf(text).body.message ?? contentOf(text).body));
	return { hospital: sent.from, kind: 'poll', carries, ...sizes };
}

interface Content {
	readonly from: string;
	readonly body: {
		readonly kind?: string;
		readonly body?: { readonly kind?: string };
		readonly message?: Body;
	};
}
type Body = Content['body'];

/** Reads a signed envelope without verifying it: the parties do that themselves. */
function contentOf(envelope: string): Content {
	return JSON.parse(Buffer.from(envelope.split('.')[1] ?? '', 'base64url').toString());
}

function kindOf(body: Body): string {
	return (body.kind === 'secagg' ? body.body?.kind : body.kind) ?? 'unknown';
}

async function textOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}
