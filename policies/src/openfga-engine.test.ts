import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { loadModel } from './load-model.ts';
import { createOpenFgaEngine, writeModelAndTuples } from './openfga-engine.ts';

const ids = { storeId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', modelId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
const question = { user: 'user:ana', relation: 'member', object: 'project:glioma' };
const none = { ok: false, error: 'policy-unavailable' };
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return `http://127.0.0.1:${address.port}`;
}

function answering(status: number, body: string): RequestListener {
	return (_request, response) => {
		response.writeHead(status, { 'content-type': 'application/json' }).end(body);
	};
}

afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

describe('createOpenFgaEngine', () => {
	it.each([
		['a yes', 200, '{"allowed":true}', { ok: true, value: true }],
		['a no', 200, '{"allowed":false}', { ok: true, value: false }],
		['an answer without a verdict', 200, '{}', none],
		['a verdict that is not a boolean', 200, '{"allowed":"true"}', none],
		['an answer that is not JSON', 200, 'yes', none],
		['a server error', 500, '{"allowed":true}', none],
		['too many requests', 429, '{"allowed":true}', none],
	])('on %s', async (_situation, status, body, expected) => {
		const apiUrl = await serve(answering(status, body));
		expect(await createOpenFgaEngine({ apiUrl, ...ids, timeoutMs: 5000 }).check(question)).toEqual(expected);
	});

	it('gives no answer where the server gives none in time', async () => {
		const apiUrl = await serve(() => undefined);
		expect(await createOpenFgaEngine({ apiUrl, ...ids, timeoutMs: 50 }).check(question)).toEqual(none);
	});

	it('gives no answer where the server drips one without end', async () => {
		const apiUrl = await serve((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json' }).write('{"allowed":');
		});
		expect(await createOpenFgaEngine({ apiUrl, ...ids, timeoutMs: 50 }).check(question)).toEqual(none);
	});

	it('gives no answer where nothing listens', async () => {
		const engine = createOpenFgaEngine({ apiUrl: 'http://127.0.0.1:1', ...ids, timeoutMs: 5000 });
		expect(await engine.check(question)).toEqual(none);
	});

	it('asks for the pinned model and an answer that is not cached', async () => {
		let asked = '';
		const apiUrl = await serve((request, response) => {
			request.setEncoding('utf8').on('data', (text: string) => {
				asked += text;
			});
			request.on('end', () => answering(200, '{"allowed":true}')(request, response));
		});
		await createOpenFgaEngine({ apiUrl, ...ids, timeoutMs: 5000 }).check(question);
		expect(JSON.parse(asked)).toMatchObject({
			authorization_model_id: ids.modelId,
			consistency: 'HIGHER_CONSISTENCY',
		});
	});
});

describe('writeModelAndTuples', () => {
	it('is unavailable where the server refuses', async () => {
		const apiUrl = await serve(answering(400, '{}'));
		expect(await writeModelAndTuples({ apiUrl, timeoutMs: 5000 }, 'north', loadModel(), [])).toEqual(none);
	});
});
