// A running network as its operators see it: health, readiness, metrics, logs with request ids, the doctor's word, and
// how each daemon ends when it is asked to.

import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callNode } from '@cordon/node';
import { pause } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Daemon, startDaemon } from '../../cli/src/processes/daemon.ts';
import { freePorts } from '../../cli/src/processes/free-port.ts';
import { type RealNetwork, startRealNetwork } from '../e2e/real-network.ts';
import { freshQuestion } from '../fresh-question.ts';

const run = promisify(execFile);
const mainFile = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.1 },
};
const graceMs = 5_000;

let network: RealNetwork;
let nodePort = 0;
let coordinatorPort = 0;

beforeAll(async () => {
	[nodePort = 0, coordinatorPort = 0] = await freePorts(2);
	network = await startRealNetwork({
		seed: 8,
		patients: 60,
		prepared: async ({ state }) => {
			await change(state.nodeFile('north'), { monitoring: { port: nodePort }, log: 'debug' });
			await change(state.coordinatorFile, { monitoring: { port: coordinatorPort }, log: 'debug' });
		},
	});
}, 240_000);

afterAll(() => network?.close());

async function change(file: string, settings: object): Promise<void> {
	await writeFile(file, stringify({ ...parse(await readFile(file, 'utf8')), ...settings }));
}

async function monitored(port: number, path: string): Promise<readonly [number, string]> {
	const answer = await fetch(`http://127.0.0.1:${port}${path}`);
	return [answer.status, await answer.text()];
}

interface Doctors {
	readonly right: boolean;
	readonly findings: readonly { readonly check: string; readonly state: string; readonly text: string }[];
}

async function doctor(party: 'node' | 'coordinator', config: string): Promise<Doctors> {
	const args = [mainFile, party, 'doctor', '--config', config, '--json'];
	const { stdout } = await run(process.execPath, args).catch((error: { stdout: string }) => error);
	return JSON.parse(stdout) as Doctors;
}

async function linesOf(name: string): Promise<readonly Record<string, unknown>[]> {
	const text = await readFile(network.prepared.state.logFile(name), 'utf8');
	// The last line may be being written.
	return text
		.slice(0, text.lastIndexOf('\n') + 1)
		.split('\n')
		.filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Replaces the process by one whose end can be seen, and waits until it can do what it is there for. */
async function watched(name: 'north' | 'coordinator'): Promise<Daemon> {
	const { state } = network.prepared;
	await network.stop(name);
	const isNode = name === 'north';
	const config = isNode ? state.nodeFile(name) : state.coordinatorFile;
	const args = [isNode ? 'node' : 'coordinator', 'start', '--config', config];
	const daemon = await startDaemon({ name, args, logFile: state.logFile(`watched-${name}`) });
	while ((await monitored(isNode ? nodePort : coordinatorPort, '/readyz'))[0] !== 200)
		await pause(50, new AbortController().signal);
	return daemon;
}

/** It is killed at the end of its grace, and then has no code. */
async function codeOfEnd(daemon: Daemon): Promise<number | null> {
	await daemon.stop(graceMs);
	return daemon.exited;
}

describe('the monitoring of daemons that run', () => {
	it('says healthy and ready of both', async () => {
		for (const port of [nodePort, coordinatorPort]) {
			expect((await monitored(port, '/healthz'))[0]).toBe(200);
			expect(await monitored(port, '/readyz')).toMatchObject([200, expect.stringContaining('"ok"')]);
		}
	});

	it('says not ready of a node that is paused, and healthy all the same', async () => {
		await network.callNode('north', 'POST', '/pause');
		const [status, text] = await monitored(nodePort, '/readyz');
		expect([status, JSON.parse(text).checks.answering]).toEqual([503, { ok: false, code: 'paused' }]);
		expect((await monitored(nodePort, '/healthz'))[0]).toBe(200);
		await network.callNode('north', 'POST', '/resume');
	});

	it('counts a question at both', async () => {
		expect(await network.ask(freshQuestion(question, 1))).toMatchObject({ status: 'released' });
		const [, node] = await monitored(nodePort, '/metrics');
		expect(node).toContain('cordon_node_questions_admitted_total 1');
		expect(node).toContain('cordon_node_epsilon_spent{span="epoch"} 0.1');
		expect(node).toContain('process_resident_memory_bytes');
		const [, coordinator] = await monitored(coordinatorPort, '/metrics');
		expect(coordinator).toContain('cordon_coordinator_questions_dispatched_total 1');
		expect(coordinator).toMatch(/requests_total\{method="POST",route="\/v1\/queries",status="202"\} 1/);
		expect(coordinator).toMatch(/hospital_heard_seconds\{hospital="south"\} /);
	});
});

describe('the logs of daemons that run', () => {
	it('carry a request id from the header to the answer and the line, and make one where it is no id', async () => {
		const url = `${network.prepared.coordinatorUrl}/v1/info`;
		const given = await fetch(url, { headers: { 'x-request-id': 'ticket-4711' } });
		expect(given.headers.get('x-request-id')).toBe('ticket-4711');
		const odd = await fetch(url, { headers: { 'x-request-id': 'a b{}' } });
		expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
		const lines = await linesOf('coordinator');
		expect(lines).toContainEqual(
			expect.objectContaining({
				component: 'coordinator',
				event: 'request-answered',
				requestId: 'ticket-4711',
				route: '/v1/info',
				status: 200,
			}),
		);
		expect(lines).toContainEqual(
			expect.objectContaining({ event: 'question-dispatched', requestId: expect.any(String) }),
		);
	});

	it('name each message with its session, round and time, at level debug', async () => {
		const handledLines = async () =>
			(await linesOf('node-north')).filter(({ event }) => event === 'message-handled');
		// The answer is shown before each hospital has heard of the session's end.
		const isHeard = ({ round }: Record<string, unknown>) => round === 5;
		while (!(await handledLines()).some(isHeard)) await pause(50, new AbortController().signal);
		const handled = await handledLines();
		const asked = handled.find(({ kind }) => kind === 'open')?.['session'];
		const rounds = handled.filter(({ session }) => session === asked).map(({ round }) => round);
		// Where keys were exchanged ahead, the question comes after the second of them.
		expect([...new Set(rounds)].sort()).toEqual([0, 1, 2, 3, 4, 5]);
		expect(handled[0]).toMatchObject({ component: 'node', hospital: 'north', ms: expect.any(Number) });
		const taken = (await linesOf('coordinator')).filter(({ event }) => event === 'message-taken');
		expect(new Set(taken.map(({ step }) => step))).toContain('secagg/masked-input');
		expect((await linesOf('node-south')).some(({ event }) => event === 'message-handled')).toBe(false);
	});
});

describe('the doctor', () => {
	it('finds nothing wrong with a node and a coordinator that run', async () => {
		const { state } = network.prepared;
		for (const found of [
			await doctor('node', state.nodeFile('north')),
			await doctor('coordinator', state.coordinatorFile),
		]) {
			expect(found.findings.filter((finding) => finding.state === 'wrong')).toEqual([]);
			expect(found.right).toBe(true);
		}
	});

	it('names a withdrawals list that is gone, keys that are not the pinned ones, and a key others may read', async () => {
		const { state } = network.prepared;
		const file = state.nodeFile('north');
		const config = parse(await readFile(file, 'utf8'));
		const odd = join(state.hospitalFolder('north'), 'odd.yaml');
		const coordinator = { ...config.coordinator, identityKey: 'A'.repeat(43) };
		await writeFile(odd, stringify({ ...config, coordinator, withdrawals: 'gone.csv' }));
		const key = join(state.nodeState('north'), 'keys', 'log.seed');
		await chmod(key, 0o644);
		const { right, findings } = await doctor('node', odd);
		await chmod(key, 0o600);
		expect(right).toBe(false);
		const wrong = findings.filter((finding) => finding.state === 'wrong').map(({ check }) => check);
		expect(wrong).toEqual(expect.arrayContaining(['secret log.seed', 'withdrawals', 'coordinator']));
	});
});

describe('a daemon that is asked to end', () => {
	it('ends with code 0 within 5 s while its long poll waits: a node', async () => {
		expect(await codeOfEnd(await watched('north'))).toBe(0);
	});

	it('ends with code 0 within 5 s while it takes in files, and keeps the snapshot it had', async () => {
		const daemon = await watched('north');
		const state = network.prepared.state.nodeState('north');
		const { lines } = await callNode(state, { method: 'POST', path: '/ingest' });
		const reader = lines[Symbol.asyncIterator]();
		await reader.next();
		expect(await codeOfEnd(daemon)).toBe(0);
		await network.start('north');
		expect(await network.ask(freshQuestion(question, 2))).toMatchObject({ status: 'released' });
	});

	it('ends with code 0 within 5 s while hospitals wait for messages: the coordinator', async () => {
		expect(await codeOfEnd(await watched('coordinator'))).toBe(0);
		await network.start('coordinator');
		expect(await network.ask(freshQuestion(question, 3))).toMatchObject({ status: 'released' });
	});

	it('is missed by the network it was started with, which names its log', async () => {
		await network.stop('issuer');
		const logFile = network.prepared.state.logFile('issuer');
		const ended = network.told.filter(({ event }) => event === 'ended');
		expect(ended).toContainEqual({ event: 'ended', party: 'issuer', details: { code: 0, logFile } });
	});
});
