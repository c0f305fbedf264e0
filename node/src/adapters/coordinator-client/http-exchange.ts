// One HTTP exchange with the coordinator, on Node's own client and its agents: connections are kept, redirects are
// answers, and the operator's proxy settings hold. A node exchanges twice a round, and `fetch` would cost twice as much.

import { type ClientRequest, type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { readBounded } from './read-bounded.ts';

export interface HttpRequest {
	readonly method: 'GET' | 'POST';
	readonly contentType?: string;
	readonly body?: Uint8Array;
	/** Each of them ends it. */
	readonly signals: readonly AbortSignal[];
	readonly timeoutMs: number;
	readonly maxAnswerBytes: number;
}

export interface HttpAnswer {
	readonly status: number;
	/** Of an answer with a status from 200 to 299, else null; null too where it is longer than allowed. */
	readonly body: Uint8Array | null;
}

/** Errors  rejects where no whole answer comes, or not in time. */
export type HttpExchange = (url: URL, request: HttpRequest) => Promise<HttpAnswer>;

/** Nothing is changed by being said twice, so what a connection lost that was closed meanwhile is said again. */
export async function exchangeOverHttp(url: URL, request: HttpRequest): Promise<HttpAnswer> {
	try {
		return await exchangeOnce(url, request);
	} catch (error) {
		if (!(error instanceof StaleConnection)) throw error;
		return exchangeOnce(url, request);
	}
}

/** The other end had closed it while it was kept. */
class StaleConnection extends Error {}

function exchangeOnce(url: URL, request: HttpRequest): Promise<HttpAnswer> {
	const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
	const { method, contentType, body, signals, timeoutMs, maxAnswerBytes } = request;
	const send = url.protocol === 'https:' ? requestOverTls : requestPlainly;
	const sent = send(url, { method, headers: headersOf(contentType, body) });
	const end = (): void => {
		reject(new Error('given up'));
		sent.destroy();
	};
	const timer = setTimeout(end, timeoutMs);
	for (const signal of signals) signal.addEventListener('abort', end);
	let isAnswered = false;
	sent.once('response', (answer) => {
		isAnswered = true;
		readAnswer(answer, maxAnswerBytes).then(resolve, reject);
	});
	// An answer that is none, 101 for one, ends it without an error.
	sent.once('close', () => !isAnswered && reject(new Error('not answered')));
	sent.once('error', (error) => reject(isStale(sent, error) ? new StaleConnection() : error));
	sent.end(body);
	if (signals.some((signal) => signal.aborted)) end();
	return promise.finally(() => {
		clearTimeout(timer);
		for (const signal of signals) signal.removeEventListener('abort', end);
	});
}

function headersOf(contentType: string | undefined, body: Uint8Array | undefined): Record<string, string> {
	return {
		...(contentType === undefined ? {} : { 'content-type': contentType }),
		...(body === undefined ? {} : { 'content-length': String(body.length) }),
	};
}

function isStale(sent: ClientRequest, error: Error): boolean {
	return sent.reusedSocket && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
	const status = answer.statusCode ?? 0;
	if (status >= 200 && status <= 299) return { status, body: await readBounded(answer, maxBytes) };
	answer.destroy();
	return { status, body: null };
}
