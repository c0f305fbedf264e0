// A daemon of ours under test: a process whose clock can be moved besides.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FaultyProcess, faultyProcess } from './faulty-process.ts';

export interface FaultyDaemon extends FaultyProcess {
	/** Moves its wall clock; 0 is right again, and a start sets it right. */
	readonly setClock: (offsetMs: number) => Promise<void>;
	/** Writes a line to its standard input and resolves when it says the answer. */
	readonly say: (line: string, answer: string) => Promise<void>;
}

export interface DaemonSpec {
	readonly name: string;
	/** Node's arguments: the main file and what comes after. */
	readonly args: readonly string[];
	readonly logFile: string;
	readonly env: Readonly<Record<string, string>>;
}

const clockModule = new URL('skewed-clock.ts', import.meta.url).pathname;

export function faultyDaemon({ name, args, logFile, env }: DaemonSpec): FaultyDaemon {
	const clockFile = `${logFile}.clock`;
	const started = faultyProcess({
		name,
		file: process.execPath,
		args: ['--disable-warning=ExperimentalWarning', '--import', clockModule, ...args],
		logFile,
		options: {
			env: { ...process.env, ...env, CORDON_CHILD: '1', CORDON_FAULTS_CLOCK: clockFile },
		},
	});
	return {
		...started,
		start: async () => {
			await mkdir(dirname(clockFile), { recursive: true });
			await writeFile(clockFile, '0');
			await started.start();
		},
		setClock: async (offsetMs) => {
			if (!started.isRunning()) return;
			await writeFile(clockFile, String(offsetMs));
			const heard = started.says(`"offsetMs":${offsetMs}}`);
			started.signal('SIGUSR2');
			await heard;
		},
		say: async (line, answer) => {
			const heard = started.says(answer);
			started.write(`${line}\n`);
			await heard;
		},
	};
}
