import { createServer, type RequestListener, type Server } from 'node:http';
import { Sensitive } from '@cordon/shared';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenFgaEngine } from './openfga-engine.ts';

const ids = { token: null, storeId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', modelId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };
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
		['a page of a proxy', 200, '<html>allowed: true</html>', none],
		['an answer of another shape', 200, '[{"allowed":true}]', none],
		['a bare yes', 200, 'true', none],
		['nothing', 200, '', none],
		['no key, or another', 401, '{"allowed":true}', none],
		['a store that is not there', 404, '{"allowed":true}', none],
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

	it('gives no answer where the answer is cut off', async () => {
		const apiUrl = await serve((_request, response) => {
			response.writeHead(200, { 'content-type': 'application/json', 'content-length': '400' });
			response.write('{"allowed":true}');
			setImmediate(() => response.destroy());
		});
		expect(await createOpenFgaEngine({ apiUrl, ...ids, timeoutMs: 5000 }).check(question)).toEqual(none);
	});

	it('gives no answer where the server sends it elsewhere, and does not go there', async () => {
		let visits = 0;
		const elsewhere = await serve((request, response) => {
			visits += 1;
			answering(200, '{"allowed":true}')(request, response);
		});
		const apiUrl = await serve((_request, response) => {
			response.writeHead(307, { location: `${elsewhere}/check` }).end();
		});
		const token = new Sensitive('pre-shared');
		expect(await createOpenFgaEngine({ apiUrl, ...ids, token, timeoutMs: 5000 }).check(question)).toEqual(
			none,
		);
		expect(visits).toBe(0);
	});

	it('gives no answer where the answer comes after its time', async () => {
		let answer: (() => void) | undefined;
		const apiUrl = await serve((request, response) => {
			answer = () => answering(200, '{"allowed":true}')(request, response);
		});
		const given = await createOpenFgaEngine({ apiUrl, ...ids, timeoutMs: 50 }).check(question);
		answer?.();
		expect(given).toEqual(none);
	});

	it.each([
		['its key', new Sensitive('pre-shared'), 'Bearer pre-shared'],
		['none where it has none', null, undefined],
	])('shows the server %s', async (_what, token, header) => {
		let shown: string | undefined;
		const apiUrl = await serve((request, response) => {
			shown = request.headers.authorization;
			answering(200, '{"allowed":true}')(request, response);
		});
		await createOpenFgaEngine({ apiUrl, ...ids, token, timeoutMs: 5000 }).check(question);
		expect(shown).toBe(header);
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
