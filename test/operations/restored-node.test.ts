// A hospital's database is put back from a backup, on PGlite by a copy of the folder and on PostgreSQL by pg_dump: the
// node refuses to run, goes on only at the price of its budget, answers nothing twice, and its log does not fork.

import { execFile } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callNode } from '@cordon/node';
import { openDatabase, pause } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type RealNetwork, startRealNetwork } from '../e2e/real-network.ts';
import { type PostgresForTests, postgresPrograms, startPostgres } from '../servers/postgres-server.ts';

const programs = await postgresPrograms();
if (programs === null && process.env['CI'] !== undefined) throw new Error('no PostgreSQL programs');

const run = promisify(execFile);
const mainFile = new URL('../../cli/src/main.ts', import.meta.url).pathname;
const epsilon = 0.1;
/** What a node logs of an answered question. */
const decisions = ['admitted', 'answered', 'unmasked', 'released'];
const question = {
	cordon: 1,
	project: 'glioma',
	purpose: 'HMB',
	cohort: { condition: { code: 'C71' } },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon },
};

/** On PGlite, and on PostgreSQL. */
const embedded = 'north';
const served = 'south';
const restored = programs === null ? [embedded] : [embedded, served];

let network: RealNetwork;
let server: PostgresForTests | null = null;
let before: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
	server = programs === null ? null : await startPostgres(programs);
	network = await startRealNetwork({
		seed: 6,
		patients: 60,
		prepared: async ({ state }) => {
			if (server === null) return;
			const urlFile = join(state.hospitalFolder(served), 'url');
			await writeFile(urlFile, server.url, { mode: 0o600 });
			const file = state.nodeFile(served);
			const config = parse(await readFile(file, 'utf8'));
			await writeFile(file, stringify({ ...config, database: { kind: 'postgres', urlFile } }));
		},
	});
	await network.ask(question);
	await network.stop(embedded);
	await cp(storeOf(embedded), backupOf(embedded), { recursive: true });
	await network.start(embedded);
	await postgres('pg_dump', ['--format=custom', '--file', backupOf(served)]);
	await network.ask({ ...question, release: { mechanism: 'noised', epsilon: 0.2 } });
	before = new Map(await Promise.all(restored.map(async (name) => [name, await wholeLog(name)] as const)));
	for (const name of restored) await network.stop(name);
	await rm(storeOf(embedded), { recursive: true });
	await cp(backupOf(embedded), storeOf(embedded), { recursive: true });
	await putBackServed();
}, 240_000);

afterAll(async () => {
	await network?.close();
	await server?.stop();
});

const storeOf = (name: string): string => join(network.prepared.state.nodeState(name), 'store');
const backupOf = (name: string): string => join(network.folder, `${name}.backup`);

async function postgres(program: string, args: readonly string[]): Promise<void> {
	if (server !== null) await run(join(programs ?? '', program), ['--dbname', server.url, ...args]);
}

async function putBackServed(): Promise<void> {
	if (server === null) return;
	const database = await openDatabase({
		kind: 'postgres',
		url: server.url,
		maxConnections: 1,
		statementTimeoutMs: 10_000,
	});
	await database.read((tx) => tx.execute('drop schema public cascade'));
	await database.read((tx) => tx.execute('create schema public'));
	await database.close();
	await postgres('pg_restore', [backupOf(served)]);
}

const capMicros = (): number => network.manifest.policy.epsilonPerEpochMicros;

/** The entries' lines of the log, without the checkpoint. */
async function linesOf(name: string): Promise<readonly string[]> {
	const { lines } = await callNode(network.prepared.state.nodeState(name), { method: 'GET', path: '/audit' });
	return (await Array.fromAsync(lines)).slice(1);
}

/** Both questions' entries, the last of which comes after the researcher has the answer. */
async function wholeLog(name: string): Promise<readonly string[]> {
	for (;;) {
		const lines = await linesOf(name);
		if (lines.length === 2 * decisions.length) return lines;
		await pause(50, new AbortController().signal);
	}
}

function accept(name: string): Promise<{ readonly stdout: string }> {
	const config = network.prepared.state.nodeFile(name);
	return run(process.execPath, [mainFile, 'node', 'restore-accept', '--config', config]);
}

describe.each(restored)('a node whose database was put back: %s', (name) => {
	it('does not run, and says why', async () => {
		await expect(network.start(name)).rejects.toThrow('ended with code 1 before it was ready');
		const log = await readFile(network.prepared.state.logFile(`node-${name}`), 'utf8');
		expect(log).toContain('state rolled back');
	});

	it('is accepted by its operator, with its log made whole and its budget charged', async () => {
		const { stdout } = await accept(name);
		expect(stdout).toMatch(/[1-9]\d* put back from the witness/);
		await network.start(name);
		expect(await network.spent(name)).toBe(capMicros());
		expect(await network.callNode(name, 'GET', '/status')).toMatchObject({ paused: true });
		const lines = await linesOf(name);
		expect(lines.slice(0, -1)).toEqual(before.get(name));
		const log = await network.log(name);
		expect(log.at(-1)).toMatchObject({ stage: 'audit', decision: 'changed', body: { event: 'restored' } });
	});

	it('is charged once: there is nothing to accept a second time', async () => {
		await network.stop(name);
		await expect(accept(name)).rejects.toMatchObject({ code: 1 });
		await network.start(name);
		expect(await network.spent(name)).toBe(capMicros());
		expect(await network.log(name)).toHaveLength((before.get(name)?.length ?? 0) + 1);
	});

	it('answers nothing more, once resumed', async () => {
		await network.callNode(name, 'POST', '/resume');
		await network.ask({ ...question, release: { mechanism: 'noised', epsilon: 0.3 } });
		const log = await network.log(name);
		expect(log.filter(({ decision }) => decision === 'refused')).toHaveLength(1);
		expect(log.at(-1)).toMatchObject({ decision: 'refused', body: { code: 'request-replayed' } });
		expect(await network.spent(name)).toBe(capMicros());
	});
});
