// Tells a hospital's or coordinator's own monitoring how a daemon is: alive, able to answer, and what it has counted.
// It takes no input: three fixed paths, and nothing but codes and counts come back.

import { createServer, type Server, type ServerResponse } from 'node:http';
import { metricsContentType } from './create-metrics.ts';
import type { ListenAddress } from './operations-config.ts';

export interface CheckResult {
	readonly ok: boolean;
	/** What is wrong, or worth knowing, by code; null: nothing. */
	readonly code: string | null;
}

/** A check that rejects has failed: `unavailable`; one that takes too long: `timeout`. */
export type Check = () => Promise<CheckResult>;
export type Checks = Readonly<Record<string, Check>>;

export interface MonitoringParts {
	/** The process is alive: its event loop turns, and these hold. */
	readonly health: Checks;
	/** It can do what it is there for. */
	readonly readiness: Checks;
	readonly metrics: () => Promise<string>;
}

export interface MonitoringServer {
	readonly port: number;
	readonly close: () => Promise<void>;
}

const checkTimeoutMs = 3_000;
const limits = { requestTimeout: 5_000, headersTimeout: 5_000, maxHeaderSize: 8_192 };

export const passed: CheckResult = { ok: true, code: null };

export function failed(code: string): CheckResult {
	return { ok: false, code };
}

/** Errors  rejects where the address cannot be listened on. */
export async function serveMonitoring(
	address: ListenAddress,
	parts: MonitoringParts,
): Promise<MonitoringServer> {
	const server = createServer(limits, (request, response) => {
		answer(parts, request.method ?? '', request.url ?? '', response).catch(() => {
			response.writeHead(500).end();
		});
	});
	await new Promise<void>((listening, unable) => {
		server.once('error', unable);
		server.listen(address.port, address.host, listening);
	});
	const bound = server.address();
	const port = bound !== null && typeof bound === 'object' ? bound.port : address.port;
	return { port, close: () => close(server) };
}

async function answer(
	parts: MonitoringParts,
	method: string,
	path: string,
	response: ServerResponse,
): Promise<void> {
	if (method !== 'GET') return send(response, 405, { error: 'method-not-allowed' });
	if (path === '/healthz') return sendChecks(response, parts.health);
	if (path === '/readyz') return sendChecks(response, parts.readiness);
	if (path !== '/metrics') return send(response, 404, { error: 'not-found' });
	const text = await parts.metrics();
	response.writeHead(200, { ...common, 'content-type': metricsContentType }).end(text);
}

async function sendChecks(response: ServerResponse, checks: Checks): Promise<void> {
	const { ok, results } = await runChecks(checks);
	send(response, ok ? 200 : 503, { status: ok ? 'ok' : 'failed', checks: results });
}

/** All of them at once; one that hangs does not hold up the answer. */
export async function runChecks(
	checks: Checks,
	timeoutMs: number = checkTimeoutMs,
): Promise<{ readonly ok: boolean; readonly results: Readonly<Record<string, CheckResult>> }> {
	const entries = await Promise.all(
		Object.entries(checks).map(async ([name, check]) => [name, await inTime(check, timeoutMs)] as const),
	);
	return { ok: entries.every(([, result]) => result.ok), results: Object.fromEntries(entries) };
}

async function inTime(check: Check, timeoutMs: number): Promise<CheckResult> {
	const { promise, resolve } = Promise.withResolvers<CheckResult>();
	const timer = setTimeout(() => resolve(failed('timeout')), timeoutMs);
	const checked = check().catch(() => failed('unavailable'));
	return Promise.race([checked, promise]).finally(() => clearTimeout(timer));
}

const common = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function send(response: ServerResponse, status: number, body: unknown): void {
	response
		.writeHead(status, { ...common, 'content-type': 'application/json' })
		.end(`${JSON.stringify(body)}\n`);
}

function close(server: Server): Promise<void> {
	return new Promise((closed) => {
		server.close(() => closed());
		server.closeAllConnections();
	});
}
