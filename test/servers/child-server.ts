// A server of the tests as a child process: started, waited for until it answers, and ended with the tests.

import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as waitMs } from 'node:timers/promises';

export interface ChildServer {
	/** Ends it as an operator would; resolves when it has ended. */
	readonly stop: () => Promise<void>;
	/** Ends it as a power cut would. */
	readonly kill: () => Promise<void>;
	/** Holds it still, with its connections open: it accepts and does not answer. */
	readonly pause: () => void;
	readonly resume: () => void;
}

export interface ServerCommand {
	readonly file: string;
	readonly args: readonly string[];
	readonly stopSignal: NodeJS.Signals;
	/** Whom it runs as, where the tests run as root and the server refuses to. */
	readonly owner?: { readonly uid: number; readonly gid: number };
	readonly answers: () => Promise<boolean>;
}

const startTimeoutMs = 30_000;
const waitBetweenMs = 50;

/** Errors  throws where it ends, or does not answer in time. */
export async function startChild(command: ServerCommand): Promise<ChildServer> {
	const child = spawn(command.file, command.args, { stdio: 'ignore', ...command.owner });
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => resolve());
		child.once('error', () => resolve());
	});
	const killNow = (): void => void child.kill('SIGKILL');
	// The tests' own process may end without a word; its servers must not stay behind.
	process.once('exit', killNow);
	const end = async (signal: NodeJS.Signals): Promise<void> => {
		process.removeListener('exit', killNow);
		child.kill(signal);
		await ended;
	};
	const deadline = performance.now() + startTimeoutMs;
	while (!(await command.answers())) {
		if (hasEnded(child) || performance.now() > deadline) {
			await end('SIGKILL');
			throw new Error(`${command.file} did not start`);
		}
		await waitMs(waitBetweenMs);
	}
	return {
		stop: () => end(command.stopSignal),
		kill: () => end('SIGKILL'),
		pause: () => void child.kill('SIGSTOP'),
		resume: () => void child.kill('SIGCONT'),
	};
}

/** The program's path in one of the folders, else on the PATH; null where it is in none. */
export function findProgram(name: string, folders: readonly string[] = []): string | null {
	const path = (process.env['PATH'] ?? '').split(delimiter);
	return [...folders, ...path].map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

export function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		// Absent and not ours to run are the same here.
		return false;
	}
}

function hasEnded(child: ChildProcess): boolean {
	return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
