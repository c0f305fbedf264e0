// The limit on bodies, on a real socket: what a client says of its body's length, and what it then sends.

import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, listen } from '../adapters/http-server.ts';
import { foundNetwork, testCoordinator } from '../testing/test-coordinator.ts';

const largest = 1_048_576;
let server: HttpServer;

beforeEach(async () => {
	const coordinator = await testCoordinator();
	await foundNetwork(coordinator);
	server = await listen({ listen: { host: '127.0.0.1', port: 0 }, tls: null }, coordinator.app.fetch);
});
afterEach(() => server.close());

/** Each chunk a write of its own; without a length they are sent in chunks. */
function post(
	chunks: readonly string[],
	headers: Readonly<Record<string, string>> = {},
): Promise<readonly [number, string]> {
	return new Promise((resolve, reject) => {
		const to = { host: '127.0.0.1', port: server.port, path: '/v1/messages', method: 'POST', headers };
		const sent = request(to, (answer) => {
			text(answer).then((body) => resolve([answer.statusCode ?? 0, body]), reject);
		});
		sent.once('error', reject);
		for (const chunk of chunks) sent.write(chunk);
		sent.end();
	});
}

const told = (length: number) => ({ 'content-length': String(length) });

describe('a body', () => {
	it.each([
		['of the largest length', ['x'.repeat(largest)], told(largest), 400, 'malformed'],
		['told to be longer', ['x'.repeat(largest + 1)], told(largest + 1), 413, 'too-large'],
		['of no told length', ['x'], {}, 400, 'malformed'],
		['of no told length, longer', ['x'.repeat(largest), 'x'], {}, 413, 'too-large'],
	])('%s is answered as it is to be', async (_what, chunks, headers, status, code) => {
		const [answered, body] = await post(chunks, headers);
		expect([answered, JSON.parse(body).code]).toEqual([status, code]);
	});

	it('is read no further than it was told to be long', async () => {
		const socket = connect(server.port, '127.0.0.1');
		const head = 'POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n';
		socket.write(`${head}{}GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
		const answers = await text(socket);
		// What follows is the next request.
		expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
		expect(answers).toContain('malformed');
	});

	it.each(['-1', '1e9', '2, 2', ''])('told to be %j long is not read', async (length) => {
		const socket = connect(server.port, '127.0.0.1');
		socket.write(`POST /v1/messages HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n{}`);
		socket.end();
		expect(await text(socket)).toMatch(/^HTTP\/1\.1 400/);
	});
});
