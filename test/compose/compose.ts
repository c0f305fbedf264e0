// Speaks to Docker Compose, whichever form of it is there, on one project of its own that nothing else shares.

import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

export interface Ran {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface Compose {
	/** `docker compose ARGS` on the project. Never rejects: look at the code. */
	readonly run: (args: readonly string[], timeoutMs?: number) => Promise<Ran>;
	/** `docker ARGS`. */
	readonly docker: (args: readonly string[], timeoutMs?: number) => Promise<Ran>;
	readonly project: string;
}

const checkout = resolve(import.meta.dirname, '../..');
const patienceMs = 120_000;

/** Errors  throws, with what to install, where there is no Docker engine or no Compose. */
export async function findCompose(project: string): Promise<Compose> {
	const engine = await execute('docker', ['info', '--format', '{{.ServerVersion}}'], patienceMs);
	if (engine.code !== 0) {
		throw new Error(
			'no Docker engine answers: install and start Docker (https://docs.docker.com/engine/install/)',
		);
	}
	for (const [command, ...first] of [['docker', 'compose'], ['docker-compose']] as const) {
		const version = await execute(command, [...first, 'version'], patienceMs);
		if (version.code !== 0) continue;
		return {
			project,
			run: (args, timeoutMs = patienceMs) =>
				execute(command, [...first, '--project-name', project, ...args], timeoutMs),
			docker: (args, timeoutMs = patienceMs) => execute('docker', args, timeoutMs),
		};
	}
	throw new Error(
		'Docker has no Compose: install its plugin (docker compose), or docker-compose 1.29 or newer',
	);
}

function execute(command: string, args: readonly string[], timeoutMs: number): Promise<Ran> {
	const child = spawn(command, args, {
		cwd: checkout,
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: timeoutMs,
		env: { ...process.env, COMPOSE_ANSI: 'never', COMPOSE_PROGRESS: 'quiet' },
	});
	const said = { stdout: '', stderr: '' };
	for (const name of ['stdout', 'stderr'] as const) {
		child[name].setEncoding('utf8').on('data', (text: string) => {
			said[name] += text;
		});
	}
	return new Promise((settle) => {
		child.once('error', () => settle({ code: null, ...said }));
		child.once('close', (code) => settle({ code, ...said }));
	});
}
