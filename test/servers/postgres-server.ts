// Finds the PostgreSQL servers that the tests of the stores run on, or starts one that forgets everything at its end.

import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { openDatabase, rowsOf } from '@cordon/shared';
import { freePorts } from '../../cli/src/processes/free-port.ts';
import { type ChildServer, findProgram, startChild } from './child-server.ts';
import { startContainer } from './container-server.ts';
import { askForServers, type FoundServer } from './server-desk.ts';

export interface PostgresForTests {
	/** Superuser's, on loopback. */
	readonly url: string;
	readonly stop: () => Promise<void>;
}

export const missingPostgres: string =
	'no PostgreSQL server: set CORDON_POSTGRES_URL (several with a comma between), or install the programs of PostgreSQL, or start Docker with the image postgres:18-bookworm (CORDON_TEST_PULL=1 fetches it)';

const run = promisify(execFile);
const user = 'cordon';

/** The servers that this run of the tests shares, named as `PostgreSQL 18`; none where there is none, and an error in CI. */
export function sharedPostgres(): Promise<readonly FoundServer[]> {
	return askForServers('postgres');
}

/** The folder of the newest programs on this machine, for tests that need a server of their own; null without one. */
export async function postgresPrograms(): Promise<string | null> {
	const debian = '/usr/lib/postgresql';
	const versions = await readdir(debian).catch(() => []);
	const newestFirst = versions.toSorted((left, right) => Number(right) - Number(left));
	const program = findProgram(
		'initdb',
		newestFirst.map((version) => join(debian, version, 'bin')),
	);
	return program === null ? null : dirname(program);
}

/** Starts a server of one's own, empty, with its data in a new temporary folder. */
export async function startPostgres(
	programs: string,
	fsync: 'on' | 'off' = 'off',
): Promise<PostgresForTests & ChildServer> {
	const owner = await ownerOfServer();
	const folder = await mkdtemp(join(tmpdir(), 'cordon-postgres-'));
	if (owner !== null) await chown(folder, owner.uid, owner.gid);
	const data = join(folder, 'data');
	const options = owner ?? {};
	await run(join(programs, 'initdb'), ['-D', data, '-U', user, '-A', 'trust', '--no-sync'], options);
	const [port = 0] = await freePorts(1);
	const url = `postgres://${user}@127.0.0.1:${port}/postgres`;
	const settings = [
		`port=${port}`,
		'listen_addresses=127.0.0.1',
		'unix_socket_directories=',
		'max_connections=200',
		// Nothing of it outlives the tests, and no test of these cuts the power; a bench waits as a hospital does.
		`fsync=${fsync}`,
	];
	const server = await startChild({
		file: join(programs, 'postgres'),
		args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
		stopSignal: 'SIGINT',
		answers: async () => (await versionOf(url)) !== null,
		...(owner === null ? {} : { owner }),
	});
	const clear = (end: () => Promise<void>) => async (): Promise<void> => {
		await end();
		await rm(folder, { recursive: true, force: true });
	};
	return { ...server, url, stop: clear(server.stop), kill: clear(server.kill) };
}

/** The ladder: what is named, what is installed, what Docker has. */
export async function findOrStartPostgres(): Promise<readonly PostgresForTests[]> {
	const named = process.env['CORDON_POSTGRES_URL'];
	if (named !== undefined) {
		const urls = named.split(',').map((url) => url.trim());
		return urls.map((url) => ({ url, stop: leaveIt }));
	}
	const programs = await postgresPrograms();
	if (programs !== null) return [await startPostgres(programs)];
	const container = await startContainer({
		image: 'postgres:18-bookworm',
		port: 5432,
		command: ['postgres', '-c', 'max_connections=200', '-c', 'fsync=off'],
		environment: { POSTGRES_USER: user, POSTGRES_HOST_AUTH_METHOD: 'trust' },
		// Its first start is for the set-up only.
		ready: { logLine: /database system is ready to accept connections/, times: 2 },
	});
	if (container === null) return [];
	const url = `postgres://${user}@${container.getHost()}:${container.getMappedPort(5432)}/${user}`;
	const stop = async (): Promise<void> => {
		await container.stop();
	};
	return [{ url, stop }];
}

/** `15` or `18`, by the server's own word; null where it does not answer. */
export async function versionOf(url: string): Promise<number | null> {
	const location = { kind: 'postgres', url, maxConnections: 1, statementTimeoutMs: 5000 } as const;
	const database = await openDatabase(location);
	try {
		const rows = await database.read(async (tx) => rowsOf(await tx.execute('show server_version_num')));
		return Math.floor(Number(rows[0]?.['server_version_num']) / 10_000);
	} catch {
		return null;
	} finally {
		await database.close();
	}
}

/** PostgreSQL refuses to run as root; then it runs as the user that its package makes, or as nobody. */
async function ownerOfServer(): Promise<{ readonly uid: number; readonly gid: number } | null> {
	if (process.getuid?.() !== 0) return null;
	const id = async (flag: string): Promise<number> => {
		const { stdout } = await run('id', [flag, 'postgres']).catch(() => run('id', [flag, 'nobody']));
		return Number(stdout.trim());
	};
	return { uid: await id('-u'), gid: await id('-g') };
}

async function leaveIt(): Promise<void> {
	// Whoever named it started it.
}
