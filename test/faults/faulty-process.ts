// One process of the network under test, as the machine treats it: killed, frozen, thawed, started again.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as waitMs } from 'node:timers/promises';
import { processTree, signalAll } from './process-tree.ts';

/** What a schedule does to a process, whatever it is: a daemon of ours, a database, a policy engine. */
export interface FaultyProcess {
	readonly name: string;
	readonly isRunning: () => boolean;
	/** Resolves once it is ready; called again meanwhile, it is the same start. Errors: rejects where it ends or is not ready in time. */
	readonly start: () => Promise<void>;
	/** SIGKILL of it and all it started; resolves when they are gone. */
	readonly kill: () => Promise<void>;
	/** As an operator ends it, and SIGKILL after a time. */
	readonly stop: () => Promise<void>;
	readonly freeze: () => void;
	readonly thaw: () => void;
	readonly signal: (signal: NodeJS.Signals) => void;
	/** Writes to its standard input. */
	readonly write: (text: string) => void;
	/** Resolves with the next line of its output that holds the text. Errors: rejects after a time, or at its end. */
	readonly says: (text: string) => Promise<void>;
	/** The end of what it wrote. */
	readonly tail: () => Promise<string>;
}

export interface ProcessSpec {
	readonly name: string;
	readonly file: string;
	readonly args: readonly string[];
	readonly logFile: string;
	readonly options?: SpawnOptions;
	readonly stopSignal?: NodeJS.Signals;
	/** Asked again and again while it starts; default: whether it has said so. */
	readonly answers?: () => Promise<boolean>;
}

interface Running {
	readonly child: ChildProcess;
	readonly exited: Promise<void>;
	readonly lines: Set<(line: string) => void>;
}

const readyTimeoutMs = 60_000;
const answerTimeoutMs = 10_000;
const graceMs = 5_000;
const lookEveryMs = 20;
const tailLength = 3_000;

export function faultyProcess(spec: ProcessSpec): FaultyProcess {
	let running: Running | null = null;
	let starting: Promise<void> | null = null;
	const start = async (): Promise<void> => {
		await mkdir(dirname(spec.logFile), { recursive: true });
		running = launch(spec);
		await untilReady(running, spec);
	};
	const signalTree = (signal: NodeJS.Signals): void => {
		if (running !== null && isAlive(running)) signalAll(processTree(pidOf(running)), signal);
	};
	return {
		name: spec.name,
		isRunning: () => running !== null && isAlive(running),
		// Two faults of one process may end in the same moment: a second copy would hold what the first one needs.
		start: () => {
			starting ??= start().finally(() => {
				starting = null;
			});
			return starting;
		},
		kill: async () => {
			if (running !== null && isAlive(running)) await killTree(running);
		},
		stop: async () => {
			signalTree('SIGCONT');
			running?.child.kill(spec.stopSignal ?? 'SIGTERM');
			const timer = setTimeout(() => signalTree('SIGKILL'), graceMs);
			await running?.exited;
			clearTimeout(timer);
		},
		freeze: () => signalTree('SIGSTOP'),
		thaw: () => signalTree('SIGCONT'),
		signal: (signal) => void running?.child.kill(signal),
		write: (text) => void running?.child.stdin?.write(text),
		says: async (text) => {
			if (running === null) throw new Error(`${spec.name} does not run`);
			await untilSays(running, text, answerTimeoutMs);
		},
		tail: async () => (await readFile(spec.logFile, 'utf8').catch(() => '')).slice(-tailLength),
	};
}

function launch({ file, args, logFile, options = {} }: ProcessSpec): Running {
	const log = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
	const child = spawn(file, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
	child.stdin?.on('error', ignoreBrokenPipe);
	const lines = keepOutput(child, log);
	const { promise: exited, resolve } = Promise.withResolvers<void>();
	child.once('exit', (code, signal) => {
		log.write(`{"event":"exited","code":"${code ?? signal}"}\n`);
		resolve();
	});
	return { child, exited, lines };
}

function keepOutput(child: ChildProcess, log: WriteStream): Running['lines'] {
	const listeners: Running['lines'] = new Set();
	child.stderr?.pipe(log, { end: false });
	if (child.stdout === null) throw new Error('a process has an output');
	createInterface({ input: child.stdout }).on('line', (line) => {
		log.write(`${line}\n`);
		for (const listener of listeners) listener(line);
	});
	return listeners;
}

async function untilReady(running: Running, { answers, name }: ProcessSpec): Promise<void> {
	if (answers === undefined) return untilSays(running, '"event":"ready"', readyTimeoutMs);
	const deadline = AbortSignal.timeout(readyTimeoutMs);
	while (!(await answers())) {
		if (deadline.aborted || !isAlive(running)) throw new Error(`${name} did not start`);
		await waitMs(lookEveryMs);
	}
}

async function untilSays({ lines, exited }: Running, text: string, timeoutMs: number): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const listener = (line: string): void => {
		if (line.includes(text)) resolve();
	};
	lines.add(listener);
	const timer = setTimeout(() => reject(new Error(`did not say ${text} in time`)), timeoutMs);
	void exited.then(() => reject(new Error(`ended before it said ${text}`)));
	await promise.finally(() => {
		clearTimeout(timer);
		lines.delete(listener);
	});
}

/** What it started outlives it for a moment, and a database does not start again before that has ended. */
async function killTree(running: Running): Promise<void> {
	const family = processTree(pidOf(running));
	signalAll(family, 'SIGKILL');
	await running.exited;
	while (signalAll(family, 0).length > 0) await waitMs(lookEveryMs);
}

function pidOf({ child }: Running): number {
	if (child.pid === undefined) throw new Error('a process that runs has an id');
	return child.pid;
}

function isAlive({ child: { pid, exitCode, signalCode } }: Running): boolean {
	return pid !== undefined && exitCode === null && signalCode === null;
}

function ignoreBrokenPipe(): void {
	// Whoever writes to a process that has just been killed waits for its answer, and learns it there.
}
