// Finds the OpenFGA server that the tests of authorization ask, or starts one with its data in memory.

import { freePorts } from '../../cli/src/processes/free-port.ts';
import { type ChildServer, findProgram, isExecutable, startChild } from './child-server.ts';
import { startContainer } from './container-server.ts';
import { askForServers } from './server-desk.ts';

export interface OpenFgaForTests {
	readonly apiUrl: string;
	readonly stop: () => Promise<void>;
}

export interface OpenFgaOptions {
	/** The pre-shared key that it asks for; without one it answers everybody. */
	readonly token?: string;
	/** Default: one that is free. A server on the port of one that was killed is that one, come back. */
	readonly port?: number;
}

export const missingOpenFga: string =
	'no OpenFGA server: set OPENFGA_API_URL, or put openfga on the PATH or its path into CORDON_OPENFGA_BINARY, or start Docker with the image openfga/openfga:v1 (CORDON_TEST_PULL=1 fetches it)';

const image = 'openfga/openfga:v1';

/** The URL of the server that this run of the tests shares: null where there is none, and an error in CI. */
export async function sharedOpenFga(): Promise<string | null> {
	return (await askForServers('openfga'))[0]?.url ?? null;
}

/** The program, for tests that need a server of their own to break; null where there is none, and an error in CI. */
export function openFgaBinary(): string | null {
	const named = process.env['CORDON_OPENFGA_BINARY'];
	const binary = named === undefined ? findProgram('openfga') : named;
	if (binary !== null && isExecutable(binary)) return binary;
	if (process.env['CI'] !== undefined) {
		throw new Error('no openfga program: put it on the PATH, or its path into CORDON_OPENFGA_BINARY');
	}
	return null;
}

/** Starts a server of one's own. */
export async function startOpenFga(
	binary: string,
	options: OpenFgaOptions = {},
): Promise<OpenFgaForTests & ChildServer> {
	const [free = 0, grpc = 0] = await freePorts(2);
	const apiUrl = `http://127.0.0.1:${options.port ?? free}`;
	const server = await startChild({
		file: binary,
		args: [
			'run',
			...['--http-addr', `127.0.0.1:${options.port ?? free}`, '--grpc-addr', `127.0.0.1:${grpc}`],
			...quiet,
			...keyOf(options.token),
		],
		stopSignal: 'SIGTERM',
		answers: () => isHealthy(apiUrl),
	});
	return { apiUrl, ...server };
}

/** The ladder: what is named, what is installed, what Docker has. Null where none is there. */
export async function findOrStartOpenFga(): Promise<OpenFgaForTests | null> {
	const named = process.env['OPENFGA_API_URL'];
	if (named !== undefined) return { apiUrl: named, stop: leaveIt };
	const program = process.env['CORDON_OPENFGA_BINARY'] ?? findProgram('openfga');
	if (program !== null && isExecutable(program)) return startOpenFga(program);
	const container = await startContainer({
		image,
		port: 8080,
		command: ['run', ...quiet],
		environment: {},
		ready: { path: '/healthz' },
	});
	if (container === null) return null;
	return {
		apiUrl: `http://${container.getHost()}:${container.getMappedPort(8080)}`,
		stop: async () => {
			await container.stop();
		},
	};
}

const quiet: readonly string[] = [
	'--playground-enabled=false',
	'--metrics-enabled=false',
	...['--log-level', 'none'],
];

function keyOf(token: string | undefined): readonly string[] {
	return token === undefined ? [] : ['--authn-method', 'preshared', '--authn-preshared-keys', token];
}

async function isHealthy(apiUrl: string): Promise<boolean> {
	return fetch(`${apiUrl}/healthz`).then(
		({ ok }) => ok,
		() => false,
	);
}

async function leaveIt(): Promise<void> {
	// Whoever named it started it.
}
