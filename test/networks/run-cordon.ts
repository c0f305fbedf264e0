// Runs the command line as a person does, as a process of its own, for the tests of whole networks.

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface CordonRun {
	readonly exitCode: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface ReleasedCell {
	readonly key: readonly string[];
	/** null: hidden. */
	readonly value: number | null;
	readonly interval: readonly [number, number] | null;
}

/** What the tests look at of an answer. */
export interface AskedAnswer {
	readonly status: string;
	readonly mechanism: string;
	readonly epsilon: number | null;
	readonly publicData: boolean;
	readonly cells: readonly ReleasedCell[];
	readonly hospitals: { readonly contributed: readonly string[] };
}

const checkout = resolve(import.meta.dirname, '../..');

/** Killed after 5 minutes, so that a network that hangs does not outlive the test. */
export function runCordon(
	args: readonly string[],
	environment: Readonly<Record<string, string>> = {},
): Promise<CordonRun> {
	const child = spawn(process.execPath, ['cli/src/main.ts', ...args], {
		cwd: checkout,
		env: { ...process.env, ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: 300_000,
	});
	const parts = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			parts[name] += text;
		});
	}
	return new Promise((done, fail) => {
		child.on('error', fail);
		child.on('close', (exitCode) => done({ exitCode, ...parts }));
	});
}

/** Errors  rejects with what the command said, where it did not answer with one line of JSON. */
export async function askCordon(
	folder: string,
	questions: readonly string[],
	environment: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, AskedAnswer>> {
	const files = questions.map((name) => `${folder}/questions/${name}.json`);
	const run = await runCordon(['ask', folder, ...files, '--json'], environment);
	if (run.exitCode !== 0) throw new Error(`exit code ${run.exitCode}: ${run.stderr}${run.stdout}`);
	const { answers } = JSON.parse(run.stdout) as { readonly answers: readonly AskedAnswer[] };
	return new Map(
		questions.map((name, at) => {
			const answer = answers[at];
			if (answer === undefined) throw new Error(`no answer to ${name}`);
			return [name, answer];
		}),
	);
}

/** Cells by key, `a x b`. */
export function cellsOf(answer: AskedAnswer | undefined): Readonly<Record<string, number | null>> {
	return Object.fromEntries((answer?.cells ?? []).map(({ key, value }) => [key.join(' x '), value]));
}
