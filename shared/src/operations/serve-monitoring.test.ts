import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from './create-metrics.ts';
import {
	type Checks,
	failed,
	type MonitoringServer,
	passed,
	runChecks,
	serveMonitoring,
} from './serve-monitoring.ts';

let server: MonitoringServer | null = null;
afterEach(async () => {
	await server?.close();
	server = null;
});

async function serve(readiness: Checks): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
	const metrics = createMetrics({ process: false });
	metrics.counter('things_total', 'Things.', ['kind'])({ kind: 'a' });
	const health = { database: async () => passed };
	server = await serveMonitoring(
		{ host: '127.0.0.1', port: 0 },
		{ health, readiness, metrics: metrics.text },
	);
	const { port } = server;
	return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

describe('serveMonitoring', () => {
	it('answers 200 to both questions where every check holds, and names what is worth knowing', async () => {
		const ask = await serve({ snapshot: async () => ({ ok: true, code: 'earlier-epoch' }) });
		expect((await ask('/healthz')).status).toBe(200);
		const ready = await ask('/readyz');
		expect([ready.status, await ready.json()]).toEqual([
			200,
			{ status: 'ok', checks: { snapshot: { ok: true, code: 'earlier-epoch' } } },
		]);
	});

	it('is healthy and not ready where one check fails, by code; an error says nothing of itself', async () => {
		const ask = await serve({
			member: async () => failed('joining'),
			database: () => Promise.reject(new Error('password secret')),
		});
		expect((await ask('/healthz')).status).toBe(200);
		const ready = await ask('/readyz');
		expect([ready.status, await ready.json()]).toEqual([
			503,
			{
				status: 'failed',
				checks: {
					member: { ok: false, code: 'joining' },
					database: { ok: false, code: 'unavailable' },
				},
			},
		]);
	});

	it('serves metrics in the text form', async () => {
		const answer = await (await serve({}))('/metrics');
		expect(answer.headers.get('content-type')).toContain('text/plain');
		expect(await answer.text()).toContain('things_total{kind="a"} 1');
	});

	it.each([
		['another path', '/', 'GET', 404],
		['a query string', '/readyz?verbose', 'GET', 404],
		['another method', '/healthz', 'POST', 405],
	])('takes no %s', async (_what, path, method, status) => {
		expect((await (await serve({}))(path, { method })).status).toBe(status);
	});
});

describe('runChecks', () => {
	it('does not wait for a check that hangs', async () => {
		const { ok, results } = await runChecks({ slow: () => new Promise(() => undefined) }, 1);
		expect([ok, results]).toEqual([false, { slow: { ok: false, code: 'timeout' } }]);
	});
});

describe('createMetrics', () => {
	it('shares nothing with another registry, and leaves a gauge out that cannot be read', async () => {
		const [one, other] = [createMetrics({ process: false }), createMetrics({ process: false })];
		one.gauge({ name: 'g', help: 'G.', labels: [], read: () => Promise.reject(new Error('gone')) });
		other.gauge({ name: 'g', help: 'G.', labels: [], read: async () => [{ labels: {}, value: 2 }] });
		expect(await one.text()).not.toMatch(/^g /m);
		expect(await other.text()).toMatch(/^g 2$/m);
	});
});
