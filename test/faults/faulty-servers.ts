// PostgreSQL and OpenFGA for the network under test, with their data in files, so that they survive what befalls them.

import { execFile } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../../cli/src/processes/free-port.ts';
import { findProgram } from '../servers/child-server.ts';
import { postgresPrograms, versionOf } from '../servers/postgres-server.ts';
import { type FaultyProcess, faultyProcess } from './faulty-process.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

export interface Programs {
	/** Folder of PostgreSQL's. */
	readonly postgres: string;
	readonly openfga: string;
}

export interface FaultyServers {
	readonly postgres: FaultyProcess;
	readonly postgresUrl: string;
	readonly openfga: FaultyProcess;
	readonly openfgaUrl: string;
	/** Under the database; null where none could be mounted. */
	readonly disk: SmallDisk | null;
}

const run = promisify(execFile);
const user = 'cordon';
const diskMegabytes = 384;

export const missingPrograms: string =
	'no programs of PostgreSQL and OpenFGA: install the former, and put openfga on the PATH or its path into CORDON_OPENFGA_BINARY';

/** Null where either is not installed: a server that somebody else started cannot be broken. */
export async function findPrograms(): Promise<Programs | null> {
	const postgres = await postgresPrograms();
	const openfga = process.env['CORDON_OPENFGA_BINARY'] ?? findProgram('openfga');
	return postgres === null || openfga === null ? null : { postgres, openfga };
}

export async function startFaultyServers(
	root: string,
	programs: Programs,
	closing: AsyncDisposableStack,
): Promise<FaultyServers> {
	const [postgresPort = 0, httpPort = 0, grpcPort = 0] = await freePorts(3);
	const postgresUrl = `postgres://${user}@127.0.0.1:${postgresPort}/postgres`;
	const openfgaUrl = `http://127.0.0.1:${httpPort}`;
	const folder = join(root, 'postgres');
	const disk = await mountSmallDisk(folder, diskMegabytes);
	closing.defer(async () => disk?.unmount());
	const at = { folder, port: postgresPort, url: postgresUrl };
	const postgres = await initPostgres(root, programs.postgres, at);
	closing.defer(postgres.stop);
	const openfga = await initOpenFga(root, programs.openfga, { url: openfgaUrl, httpPort, grpcPort });
	closing.defer(openfga.stop);
	await postgres.start();
	await openfga.start();
	return { postgres, postgresUrl, openfga, openfgaUrl, disk };
}

async function initPostgres(
	root: string,
	programs: string,
	{ folder, port, url }: { readonly folder: string; readonly port: number; readonly url: string },
): Promise<FaultyProcess> {
	const owner = await ownerOfPostgres();
	if (owner !== null) await chown(folder, owner.uid, owner.gid);
	const data = join(folder, 'data');
	const initdb = ['-D', data, '-U', user, '-A', 'trust', '--no-sync', '--wal-segsize=1'];
	await run(join(programs, 'initdb'), initdb, { ...owner, cwd: folder });
	const settings = [
		`port=${port}`,
		'listen_addresses=127.0.0.1',
		'unix_socket_directories=',
		'max_connections=100',
		'shared_buffers=32MB',
		// No room is kept in hand, so that a full disk is felt at once.
		'max_wal_size=8MB',
		'min_wal_size=2MB',
		'wal_recycle=off',
	];
	return faultyProcess({
		name: 'postgres',
		file: join(programs, 'postgres'),
		args: ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
		logFile: join(root, 'logs', 'postgres.log'),
		options: { ...owner, cwd: folder },
		stopSignal: 'SIGINT',
		answers: async () => (await versionOf(url)) !== null,
	});
}

/** A database in memory would forget the hospitals' stores with its first kill. */
async function initOpenFga(
	root: string,
	program: string,
	{ url, httpPort, grpcPort }: { readonly url: string; readonly httpPort: number; readonly grpcPort: number },
): Promise<FaultyProcess> {
	const folder = join(root, 'openfga');
	await mkdir(folder);
	const store = ['--datastore-engine', 'sqlite', '--datastore-uri', `file:${join(folder, 'openfga.db')}`];
	await run(program, ['migrate', ...store]);
	return faultyProcess({
		name: 'openfga',
		file: program,
		args: [
			'run',
			...store,
			...['--http-addr', `127.0.0.1:${httpPort}`, '--grpc-addr', `127.0.0.1:${grpcPort}`],
			...['--playground-enabled=false', '--metrics-enabled=false', '--log-level', 'error'],
		],
		logFile: join(root, 'logs', 'openfga.log'),
		answers: () =>
			fetch(`${url}/healthz`).then(
				({ ok }) => ok,
				() => false,
			),
	});
}

/** PostgreSQL refuses to run as root. */
async function ownerOfPostgres(): Promise<{ readonly uid: number; readonly gid: number } | null> {
	if (process.getuid?.() !== 0) return null;
	const id = async (flag: string): Promise<number> => {
		const { stdout } = await run('id', [flag, 'postgres']).catch(() => run('id', [flag, 'nobody']));
		return Number(stdout.trim());
	};
	return { uid: await id('-u'), gid: await id('-g') };
}
