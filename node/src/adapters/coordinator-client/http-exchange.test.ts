import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeOverHttp, type HttpAnswer, type HttpRequest } from './http-exchange.ts';

let server: Server | null = null;

afterEach(async () => {
	server?.closeAllConnections();
	await new Promise((closed) => (server === null ? closed(null) : server.close(closed)));
	server = null;
});

async function listening(answer: RequestListener): Promise<URL> {
	server = createServer(answer);
	await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready));
	return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/poll`);
}

const asked: HttpRequest = { method: 'GET', signals: [], timeoutMs: 60_000, maxAnswerBytes: 100 };
const text = ({ body }: HttpAnswer): string | null => (body === null ? null : Buffer.from(body).toString());

describe('exchangeOverHttp', () => {
	it('keeps its connection from one exchange to the next', async () => {
		const sockets = new Set<Socket>();
		const url = await listening((request, response) => {
			sockets.add(request.socket);
			response.end('heard');
		});
		for (const body of ['one', 'two', 'three'])
			expect(text(await exchangeOverHttp(url, { ...asked, method: 'POST', body: Buffer.from(body) }))).toBe(
				'heard',
			);
		expect(sockets.size).toBe(1);
	});

	it('says it again where the connection it kept was closed meanwhile, and once only', async () => {
		const heard: string[] = [];
		const course = ['answers', 'hangs up', 'answers', 'hangs up', 'hangs up'];
		const url = await listening((request, response) => {
			request.setEncoding('utf8').on('data', (body: string) => {
				if (course[heard.push(body) - 1] === 'answers') response.end('heard');
				else request.socket.resetAndDestroy();
			});
		});
		const say = (body: string) =>
			exchangeOverHttp(url, { ...asked, method: 'POST', body: Buffer.from(body) });
		await say('first');
		expect(text(await say('second'))).toBe('heard');
		await expect(say('third')).rejects.toThrow();
		expect(heard).toEqual(['first', 'second', 'second', 'third', 'third']);
	});

	it('does not say it again where a new connection is lost', async () => {
		let calls = 0;
		const url = await listening((request) => {
			calls += 1;
			request.socket.resetAndDestroy();
		});
		await expect(exchangeOverHttp(url, asked)).rejects.toThrow();
		expect(calls).toBe(1);
	});

	it('ends at each of its signals, before it began too, and at its time', async () => {
		const url = await listening(() => undefined);
		const [first, second] = [new AbortController(), new AbortController()];
		const signals = [first.signal, second.signal];
		const waiting = exchangeOverHttp(url, { ...asked, signals });
		second.abort();
		await expect(waiting).rejects.toThrow('given up');
		await expect(exchangeOverHttp(url, { ...asked, signals })).rejects.toThrow('given up');
		await expect(exchangeOverHttp(url, { ...asked, timeoutMs: 1 })).rejects.toThrow('given up');
	});

	it.each([
		'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n',
		'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
		'no answer\r\n\r\n',
		'',
	])('rejects at what is no answer: %j', async (bytes) => {
		server = createServer();
		server.on('connection', (socket) => {
			socket.once('data', () => (bytes === '' ? socket.end() : socket.write(bytes)));
		});
		await new Promise<void>((ready) => server?.listen(0, '127.0.0.1', ready));
		const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/poll`);
		await expect(exchangeOverHttp(url, asked)).rejects.toThrow();
	});

	it('gives no part of an answer that is cut short', async () => {
		const url = await listening((request, response) => {
			response.writeHead(200, { 'content-length': '10' });
			response.write('half', () => request.socket.destroy());
		});
		await expect(exchangeOverHttp(url, asked)).rejects.toThrow();
	});

	it.each([
		[200, 100, 100],
		[200, 101, null],
		[302, 1, null],
		[404, 1, null],
	])('of HTTP %d with %d bytes gives %s', async (status, bytes, given) => {
		const url = await listening((_request, response) => {
			response.writeHead(status, { location: '/elsewhere' }).end(Buffer.alloc(bytes));
		});
		const answer = await exchangeOverHttp(url, asked);
		expect([answer.status, answer.body?.length ?? null]).toEqual([status, given]);
	});
});
