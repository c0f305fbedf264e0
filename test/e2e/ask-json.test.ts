// The command line as scripts use it: one line of JSON and an exit code; and the commands of hospital IT, which reach
// the one process that owns a node's state.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askNode } from '@cordon/node';
import { verifyReceipt } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProfile } from '../../cli/src/client/profile.ts';
import { type NetworkState, networkState } from '../../cli/src/processes/network-state.ts';
import { synthesize } from '../../cli/src/synth/synthesize.ts';
import { cordon, type StartedCommand, startCordon } from './command-line.ts';

let root: string;
let folder: string;
let state: NetworkState;
let up: StartedCommand;

const question = (name: string): string => join(folder, 'questions', `${name}.json`);
const config = (hospital: string): readonly string[] => ['--config', state.nodeFile(hospital)];

beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), 'cordon-e2e-'));
	folder = join(root, 'network');
	await synthesize({ folder, seed: 7, patients: 36, hospitals: 3 }, () => undefined);
	state = networkState(join(folder, '.cordon'));
	up = startCordon('up', folder);
	await up.says('ready: ask with');
}, 240_000);

afterAll(async () => {
	up?.child.kill('SIGKILL');
	await up?.ended;
	await rm(root, { recursive: true, force: true });
});

describe('cordon query against cordon up', () => {
	it('prints a signed answer as one line of JSON, with a receipt that verifies', async () => {
		const { code, stdout } = await cordon(
			'query',
			'--network',
			folder,
			'-f',
			question('table-noised'),
			'--json',
		);
		expect(code).toBe(0);
		const answer = oneLine(stdout);
		expect(answer).toMatchObject({ cordon: 1, status: 'released', mechanism: 'noised', epsilon: 1 });
		const { network, coordinator } = await readProfile(state.profileFile('ada'));
		const key = { name: `${network}/coordinator`, publicKey: coordinator.logKey };
		expect(verifyReceipt(answer['receipt'], key)).toMatchObject({
			ok: true,
			value: { leaf: { stage: 'release', decision: 'released' } },
		});
	});

	it('prints the same line when it is asked again, and says beside it that it is a replay', async () => {
		const query = ['query', '--network', folder, '-f', question('table-noised')];
		const first = await cordon(...query, '--json');
		const again = await cordon(...query, '--json');
		expect(again.stdout).toBe(first.stdout);
		expect(again.stderr).toContain(`replay of query ${String(oneLine(first.stdout)['id'])}`);
		expect((await cordon(...query)).stdout).toMatch(/replay of query .*: nothing was charged/);
	});

	it('prints a refusal as one line of JSON and exits with 1', async () => {
		const { code, stdout } = await cordon(
			...['query', '--network', folder, '-f', question('count-noised'), '--as', 'grace', '--json'],
		);
		expect(code).toBe(1);
		expect(oneLine(stdout)).toMatchObject({ cordon: 1, status: 'refused', code: 'not-permitted' });
	});
});

describe('cordon node', () => {
	it('shows status, and pauses and resumes answering', async () => {
		expect(await json('status', 'north')).toMatchObject({
			hospital: 'north',
			state: 'member',
			paused: false,
		});
		expect(await json('pause', 'north')).toEqual({ paused: true });

		// Three hospitals can lose none: their sum would tell one of them the two others'.
		const answer = await cordon('query', '--network', folder, '-f', question('count-exact'), '--json');
		expect(answer.code).toBe(1);
		expect(oneLine(answer.stdout)).toMatchObject({
			hospitals: { absent: expect.arrayContaining([{ hospital: 'north', reason: 'refused' }]) },
		});
		expect(oneLine(answer.stdout)).not.toHaveProperty('cells');

		expect(await json('resume', 'north')).toEqual({ paused: false });
		expect(await asked('north', '/status')).toMatchObject({ paused: false });
	});

	it('previews a question: what it would cost and what would leave, with nothing charged', async () => {
		const before = await asked('north', '/ledger');
		const preview = await json('preview', 'north', question('table-noised'));
		expect(preview).toMatchObject({
			ask: 'table',
			mechanism: 'noised',
			charge: { epsilonMicros: 1_000_000 },
			leaves: expect.stringContaining('bytes of masked shares'),
		});
		expect(await asked('north', '/ledger')).toEqual(before);
	});

	it('previews the mistakes of a malformed question, and exits with 1', async () => {
		const file = join(root, 'malformed.json');
		await writeFile(file, JSON.stringify({ ...readQuestion('count-noised'), aks: {} }));
		const { code, stdout } = await cordon('node', 'preview', ...config('north'), file);
		expect(code).toBe(1);
		expect(JSON.parse(stdout)).toMatchObject({ issues: [{ path: '/aks', nearest: ['ask'] }] });
	});

	it('shows the ledger: what the one released noised question cost', async () => {
		const { stdout } = await cordon('node', 'ledger', ...config('south'));
		expect(stdout).toMatch(/^person ada +1 +0 +- +0\.5 +0 +- +0$/m);
		expect(await json('ledger', 'south', '--json')).toMatchObject({
			hospital: 'south',
			epochMicros: 1_000_000,
			lifeMicros: 1_000_000,
			epsilonPerEpochMicros: 20_000_000,
		});
	});

	it("does not start a second time on a running node's state", async () => {
		const { code, stdout, stderr } = await cordon('node', 'start', ...config('north'));
		expect(code).toBe(1);
		expect(stdout).not.toContain('ready');
		expect(stderr).toContain('open in another process');
		expect(await asked('north', '/status')).toMatchObject({ state: 'member' });
	});
});

describe('cordon ask', () => {
	it('starts where up has ended, and exits with 0 when all is released', async () => {
		up.child.kill('SIGINT');
		expect(await up.ended).toBe(0);
		const { code, stdout } = await askFolder('count-noised', 'histogram-exact');
		expect(code).toBe(0);
		expect(oneLine(stdout)).toMatchObject({
			cordon: 1,
			answers: [
				{ status: 'released', mechanism: 'noised', ask: 'count' },
				{ status: 'released', mechanism: 'exact', ask: 'histogram' },
			],
		});
		expect(Object.keys(oneLine(stdout))).toEqual(['cordon', 'answers']);
	});

	it('prints every answer and exits with 1 when one is refused', async () => {
		const refused = join(root, 'refused.json');
		await writeFile(refused, JSON.stringify({ ...readQuestion('count-noised'), purpose: 'GRU' }));
		const { code, stdout } = await askFolder(refused, 'count-exact');
		expect(code).toBe(1);
		expect(oneLine(stdout)).toMatchObject({
			cordon: 1,
			answers: [
				{ status: 'refused', code: 'not-permitted' },
				{ status: 'released', mechanism: 'exact' },
			],
		});
	});

	it('leaves no process behind', () => {
		expect(processesOf(root)).toEqual([]);
	});
});

/** `ask` on the state that `up` made: founding and ingest are not done again. */
function askFolder(...questions: readonly string[]): ReturnType<typeof cordon> {
	const files = questions.map((name) => (name.endsWith('.json') ? name : question(name)));
	return cordon('ask', folder, ...files, '--state', state.root, '--json');
}

async function json(command: string, hospital: string, ...rest: readonly string[]): Promise<unknown> {
	const { code, stdout, stderr } = await cordon('node', command, ...config(hospital), ...rest);
	expect([code, stderr]).toEqual([0, '']);
	return JSON.parse(stdout);
}

/** The same without a command: through the socket that the command would use. */
async function asked(hospital: string, path: string): Promise<unknown> {
	return (await askNode(state.nodeState(hospital), { method: 'GET', path })).value;
}

/** Nothing but one line, with its end. */
function oneLine(stdout: string): Readonly<Record<string, unknown>> {
	expect(stdout.endsWith('\n')).toBe(true);
	expect(stdout.slice(0, -1)).not.toContain('\n');
	return JSON.parse(stdout);
}

function readQuestion(name: string): object {
	return JSON.parse(readFileSync(question(name), 'utf8'));
}

/** Command lines, from the system's own list, that name a path below this test's folder. */
function processesOf(path: string): readonly string[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((pid) => {
			try {
				const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
				return line.includes(path) ? [line] : [];
			} catch {
				return [];
			}
		});
}
