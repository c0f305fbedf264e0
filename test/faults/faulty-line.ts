// Stands between one party and the coordinator as a bad network does: it loses, holds, doubles, cuts and answers for
// others, at the moments it is told to. It can change nothing of what the parties sign.

import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import { polledEnvelopes } from '../passing-messages.ts';
import type { MessageFault } from './schedule.ts';

/** `request`: before the coordinator has it. `response`: it has answered. `handed`: it answers a poll with messages. */
export interface Moment {
	readonly line: string;
	readonly at: 'request' | 'response' | 'handed';
	/** The body of the request, or of the poll's answer. */
	readonly body: Uint8Array;
}

/** What is to become of the message; `hold` resolves when what is held goes on. */
export type Treatment = { readonly how: MessageFault; readonly hold: Promise<void> } | null;

export interface FaultyLine {
	readonly url: string;
	/** Since when a poll has been waiting at the coordinator; null where none is. */
	readonly pollingSinceMs: () => number | null;
	/** Ends every exchange that is under way. */
	readonly cut: () => void;
	readonly close: () => Promise<void>;
}

export interface LineParts {
	readonly line: string;
	/** `all`: a moment each request and each answer; `messages`: polls count where they bring messages. */
	readonly counts: 'all' | 'messages';
	readonly coordinatorUrl: string;
	readonly moment: (moment: Moment) => Promise<Treatment>;
	readonly nowMs: () => number;
}

interface Answer {
	readonly status: number;
	readonly type: string;
	readonly body: Buffer;
}

interface Exchange {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly body: Buffer;
	readonly gone: AbortController;
}

export async function openLine(parts: LineParts): Promise<FaultyLine> {
	const underWay = new Set<Exchange>();
	const polls = new Set<number>();
	const server = createServer((request, response) => {
		void serve(request, response).catch(() => response.destroy());
	});
	const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const gone = new AbortController();
		response.once('close', () => gone.abort());
		const exchange = { request, response, gone, body: await bodyOf(request) };
		underWay.add(exchange);
		try {
			if (request.url === '/v1/poll') await relayPoll(parts, exchange, polls);
			else await relay(parts, exchange);
		} finally {
			underWay.delete(exchange);
		}
	};
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
	const cut = (): void => {
		for (const { response, gone } of underWay) {
			gone.abort();
			response.destroy();
		}
	};
	return {
		url: `http://127.0.0.1:${address.port}`,
		pollingSinceMs: () => (polls.size === 0 ? null : Math.max(...polls)),
		cut,
		close: () => {
			cut();
			server.closeAllConnections();
			return new Promise((closed) => server.close(() => closed()));
		},
	};
}

async function relayPoll(parts: LineParts, exchange: Exchange, polls: Set<number>): Promise<void> {
	// Never two of one line at the same time of the clock: a fraction tells them apart.
	const since = parts.nowMs() + polls.size / 1_000;
	polls.add(since);
	const answer = await forward(parts, exchange).finally(() => polls.delete(since));
	const { body } = answer;
	const hasMessages = polledEnvelopes(body).length > 0;
	const treatment = hasMessages ? await parts.moment({ line: parts.line, at: 'handed', body }) : null;
	await deliver(exchange, answer, treatment);
}

async function relay(parts: LineParts, exchange: Exchange): Promise<void> {
	const counts = parts.counts === 'all' || exchange.request.url === '/v1/messages';
	const moment = async (at: Moment['at']): Promise<Treatment> =>
		counts ? parts.moment({ line: parts.line, at, body: exchange.body }) : null;
	const treatment = await moment('request');
	switch (treatment?.how) {
		case 'drop':
			return void exchange.response.destroy();
		case 'bad-gateway':
			return sendBadGateway(exchange);
		case 'truncate':
			return sendHalf(parts, exchange);
		case 'late':
			exchange.response.destroy();
			await treatment.hold;
			return void (await forward(parts, { ...exchange, gone: new AbortController() }));
		case 'delay':
			await treatment.hold;
			break;
		case 'duplicate':
			void forward(parts, exchange).catch(() => undefined);
			break;
		case undefined:
			break;
	}
	if (exchange.request.url?.endsWith('/events')) return stream(parts, exchange);
	const answer = await forward(parts, exchange);
	await deliver(exchange, answer, await moment('response'));
}

/** What of a fault is possible with an answer: one cannot be doubled, or come after the next. */
async function deliver({ response }: Exchange, answer: Answer, treatment: Treatment): Promise<void> {
	const how = treatment?.how ?? null;
	if (how === 'drop' || how === 'duplicate' || how === 'late') return void response.destroy();
	if (how === 'delay') await treatment?.hold;
	const isFaked = how === 'bad-gateway';
	const body = isFaked ? Buffer.from('<h1>502 Bad Gateway</h1>') : answer.body;
	response.writeHead(isFaked ? 502 : answer.status, {
		'content-type': isFaked ? 'text/html' : answer.type,
		'content-length': body.length,
	});
	if (how === 'truncate')
		return void response.write(body.subarray(0, body.length >> 1), () => response.destroy());
	response.end(body);
}

function sendBadGateway(exchange: Exchange): Promise<void> {
	const answer = { status: 502, type: 'text/html', body: Buffer.from('<h1>502 Bad Gateway</h1>') };
	return deliver(exchange, answer, null);
}

function upstream(
	{ coordinatorUrl }: LineParts,
	{ request, body, gone }: Exchange,
): ReturnType<typeof openRequest> {
	const headers = { ...request.headers, 'content-length': body.length };
	return openRequest(new URL(request.url ?? '/', coordinatorUrl), {
		method: request.method ?? 'GET',
		headers,
		signal: gone.signal,
	});
}

/** The coordinator hears of a body of which half never comes. */
function sendHalf(parts: LineParts, exchange: Exchange): void {
	const half = upstream(parts, exchange);
	half.once('error', () => undefined);
	half.write(exchange.body.subarray(0, exchange.body.length >> 1), () => half.destroy());
	exchange.response.destroy();
}

function forward(parts: LineParts, exchange: Exchange): Promise<Answer> {
	return new Promise((settle, fail) => {
		const outgoing = upstream(parts, exchange);
		outgoing.once('error', fail);
		outgoing.once('response', (incoming) => {
			const type = incoming.headers['content-type'] ?? 'application/json';
			bodyOf(incoming).then((body) => settle({ status: incoming.statusCode ?? 502, type, body }), fail);
		});
		outgoing.end(exchange.body);
	});
}

function stream(parts: LineParts, exchange: Exchange): Promise<void> {
	return new Promise((settle, fail) => {
		const outgoing = upstream(parts, exchange);
		outgoing.once('error', fail);
		outgoing.once('response', (incoming) => {
			exchange.response.writeHead(incoming.statusCode ?? 502, incoming.headers);
			incoming.once('error', fail);
			incoming.once('close', settle);
			incoming.pipe(exchange.response);
		});
		outgoing.end(exchange.body);
	});
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk);
	return Buffer.concat(chunks);
}
