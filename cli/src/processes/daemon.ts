// One child process of a simulated network: started with its own log file, known to be ready, ended with its parent.

import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';

export interface DaemonSpec {
	readonly name: string;
	/** Arguments of the `cordon` command line. */
	readonly args: readonly string[];
	readonly logFile: string;
	/** Asks it to end while it starts; one that is ready is ended by `stop`. */
	readonly signal?: AbortSignal;
}

export interface Daemon {
	readonly name: string;
	readonly pid: number;
	readonly logFile: string;
	/** Resolves with the exit code (null where a signal ended it). */
	readonly exited: Promise<number | null>;
	/** Asks it to end, and ends it after `graceMs`. */
	readonly stop: (graceMs?: number) => Promise<void>;
}

const readyTimeoutMs = 180_000;
const defaultGraceMs = 5_000;
const longestWords = 2_000;
const mainFile = new URL('../main.ts', import.meta.url).pathname;

/**
 * Resolves when the daemon has written `"event":"ready"` to its output.
 * Errors  rejects where it ends or stays silent before that; the message names its log file.
 */
export async function startDaemon(spec: DaemonSpec): Promise<Daemon> {
	await mkdir(dirname(spec.logFile), { recursive: true });
	const log = createWriteStream(spec.logFile, { flags: 'a', mode: 0o600 });
	// The child watches its standard input, which closes when this process ends in whatever way.
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', mainFile, ...spec.args], {
		stdio: ['pipe', 'pipe', 'pipe'],
		env: { ...process.env, CORDON_CHILD: '1' },
	});
	const exited = new Promise<number | null>((settle) => child.once('exit', (code) => settle(code)));
	child.stderr.pipe(log, { end: false });
	const end = (): void => void child.kill('SIGTERM');
	if (spec.signal?.aborted === true) end();
	spec.signal?.addEventListener('abort', end, { once: true });
	await ready(child, spec, log).finally(() => spec.signal?.removeEventListener('abort', end));
	const { name, logFile } = spec;
	return { name, pid: child.pid ?? 0, logFile, exited, stop: (graceMs) => stop(child, exited, graceMs) };
}

function ready(child: ChildProcess, spec: DaemonSpec, log: NodeJS.WritableStream): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	const lastWords = keepLastWords(child);
	const fail = (why: string): void =>
		reject(new Error(`${spec.name} ${why}${lastWords()}; its log is ${spec.logFile}`));
	const timer = setTimeout(() => {
		child.kill('SIGKILL');
		fail(`was not ready within ${readyTimeoutMs / 1000} s`);
	}, readyTimeoutMs);
	child.once('error', () => fail('could not be started'));
	// Not at its exit: what it said last may still be on the way then.
	child.once('close', (code) => fail(`ended with code ${code ?? 'none'} before it was ready`));
	if (child.stdout === null) throw new Error('a daemon has an output');
	createInterface({ input: child.stdout }).on('line', (line) => {
		log.write(`${line}\n`);
		if (line.includes('"event":"ready"')) resolve();
	});
	return promise.finally(() => clearTimeout(timer));
}

/** What a daemon says for people before it ends: the one line that begins with its name. */
function keepLastWords(child: ChildProcess): () => string {
	let said = '';
	child.stderr?.on('data', (chunk: Buffer) => {
		said = `${said}${chunk.toString('utf8')}`.slice(-longestWords);
	});
	return () => {
		const line = said.split('\n').findLast((one) => one.startsWith('cordon: '));
		return line === undefined ? '' : ` (${line.slice('cordon: '.length)})`;
	};
}

async function stop(
	child: ChildProcess,
	exited: Promise<number | null>,
	graceMs: number = defaultGraceMs,
): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
	await exited;
	clearTimeout(timer);
}
