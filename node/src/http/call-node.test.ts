import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { socketPathOf } from '../adapters/state-folder/socket-path.ts';
import { askNode, callNode, NodeNotRunning } from './call-node.ts';

let state: string;
let server: Server | null;

beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), 'cordon-call-'));
	server = null;
});
afterEach(async () => {
	server?.closeAllConnections();
	await new Promise((closed) => (server === null ? closed(null) : server.close(closed)));
	await rm(state, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<void> {
	server = createServer(listener);
	await new Promise<void>((listening) => server?.listen(socketPathOf(state), listening));
}

const get = { method: 'GET', path: '/status' } as const;

describe('askNode', () => {
	it('gives status and JSON, over however many lines', async () => {
		await serve((_request, response) => response.writeHead(409).end('{\n"paused":\ntrue}\n'));
		expect(await askNode(state, get)).toEqual({ status: 409, value: { paused: true } });
	});

	it('sends method, path and body', async () => {
		await serve(async (request, response) => {
			const chunks = await Array.fromAsync(request);
			const heard = [request.method, request.url, Buffer.concat(chunks).toString()];
			response.end(JSON.stringify(heard));
		});
		const call = { method: 'POST', path: '/preview', body: { cordon: 1 } } as const;
		expect((await askNode(state, call)).value).toEqual(['POST', '/preview', '{"cordon":1}']);
		expect((await askNode(state, get)).value).toEqual(['GET', '/status', '']);
	});

	it('says that no node runs where nobody has the socket', async () => {
		await expect(askNode(state, get)).rejects.toThrow(NodeNotRunning);
	});

	it('says so where a killed node left its socket behind', async () => {
		await writeFile(socketPathOf(state), '');
		await expect(askNode(state, get)).rejects.toThrow(NodeNotRunning);
	});

	it('throws at an answer that is not JSON', async () => {
		await serve((_request, response) => response.end('<html>'));
		await expect(askNode(state, get)).rejects.toThrow(SyntaxError);
	});

	it('throws where the node ends before it answered', async () => {
		await serve((request) => request.socket.destroy());
		await expect(askNode(state, get)).rejects.toThrow('socket hang up');
	});

	it('takes no half of an answer for the whole, though the half is JSON', async () => {
		await serve((request, response) => {
			response.write('{"paused":true}\n', () => request.socket.destroy());
		});
		await expect(askNode(state, get)).rejects.toThrow();
	});
});

describe('callNode', () => {
	it('streams lines as they are written', async () => {
		let more: () => void = () => undefined;
		await serve((_request, response) => {
			response.write('one\n');
			more = () => response.end('two\n');
		});
		const { lines } = await callNode(state, get);
		const heard: string[] = [];
		for await (const line of lines) {
			heard.push(line);
			if (line === 'one') more();
		}
		expect(heard).toEqual(['one', 'two']);
	});

	it('throws after the lines of an answer that broke off', async () => {
		await serve((request, response) => {
			response.write('one\n', () => request.socket.destroy());
		});
		const { lines } = await callNode(state, get);
		const heard: string[] = [];
		const read = async (): Promise<void> => {
			for await (const line of lines) heard.push(line);
		};
		await expect(read()).rejects.toThrow();
		expect(heard).toEqual(['one']);
	});
});
