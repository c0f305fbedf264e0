// Runs the `cordon` command line as a person does, and gives back what it printed and how it ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface CommandOutcome {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

const mainFile = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
const killAfterMs = 150_000;

export async function cordon(...args: readonly string[]): Promise<CommandOutcome> {
	const command = startCordon(...args);
	const timer = setTimeout(() => command.child.kill('SIGKILL'), killAfterMs);
	const code = await command.ended;
	clearTimeout(timer);
	return { code, stdout: command.stdout(), stderr: command.stderr() };
}

export interface StartedCommand {
	readonly child: ChildProcess;
	readonly stdout: () => string;
	readonly stderr: () => string;
	/** The exit code; null where a signal ended it. */
	readonly ended: Promise<number | null>;
	/** Resolves once the text is on standard error. Rejects where the command ends before. */
	readonly says: (text: string) => Promise<void>;
}

export function startCordon(...args: readonly string[]): StartedCommand {
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', mainFile, ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const said = { stdout: '', stderr: '' };
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		said.stdout += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		said.stderr += text;
	});
	const ended = new Promise<number | null>((settle) => child.once('close', (code) => settle(code)));
	return {
		child,
		ended,
		stdout: () => said.stdout,
		stderr: () => said.stderr,
		says: async (text) => {
			const { promise, resolve } = Promise.withResolvers<void>();
			const look = (): void => {
				if (said.stderr.includes(text)) resolve();
			};
			child.stderr.on('data', look);
			look();
			const early = ended.then((code) => {
				throw new Error(`ended with ${code} before it said "${text}":\n${said.stderr}`);
			});
			early.catch(() => undefined);
			await Promise.race([promise, early]);
			child.stderr.off('data', look);
		},
	};
}
