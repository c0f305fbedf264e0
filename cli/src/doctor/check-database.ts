// Looks at a daemon's database and changes nothing: reachable, durable, and at the schema of this program.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
	type Database,
	type DatabaseLocation,
	FolderInUse,
	type Migration,
	type MigrationState,
	migrationState,
	openDatabase,
	rowsOf,
} from '@cordon/shared';
import { type Finding, right, warning, wrong } from './finding.ts';

const oldestServer = 15;
/** What PostgreSQL must keep for a commit to survive a power cut. */
const durable = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

export async function checkDatabase(
	location: DatabaseLocation,
	migrations: readonly Migration[],
): Promise<readonly Finding[]> {
	const notes = location.kind === 'pglite' ? [embeddedWarning] : [];
	if (location.kind === 'pglite' && (await stat(join(location.directory, 'data')).catch(() => null)) === null)
		return [...notes, warning('database', 'is not made yet', 'it is made at the first start')];
	const database = await openDatabase(location).catch((error: unknown) => {
		if (error instanceof FolderInUse) return null;
		throw error;
	});
	// Its owner answers for it: two processes on one folder lose each other's writes.
	if (database === null) return [...notes, right('database', 'is open in the running daemon')];
	try {
		const server = location.kind === 'postgres' ? await checkServer(database) : [];
		return [...notes, ...server, describeMigrations(await migrationState(database, migrations))];
	} finally {
		await database.close();
	}
}

const embeddedWarning: Finding = warning(
	'database',
	'the embedded store does not survive a power cut whole',
	'in service use database: { kind: postgres, ... }',
);

async function checkServer(database: Database): Promise<readonly Finding[]> {
	const settings = new Map(
		rowsOf(await database.read((tx) => tx.execute('select name, setting from pg_settings'))).map((row) => [
			String(row['name']),
			String(row['setting']),
		]),
	);
	const version = Math.floor(Number(settings.get('server_version_num')) / 10_000);
	return [
		version >= oldestServer
			? right('database', `PostgreSQL ${version} answers`)
			: wrong('database', `PostgreSQL ${version} is too old`, `use ${oldestServer} or newer`),
		...durable.map((name) => checkSetting(name, settings.get(name) ?? 'unknown')),
	];
}

function checkSetting(name: string, value: string): Finding {
	const isOff = value === 'off' || value === 'unknown';
	if (!isOff) return right(`database ${name}`, value);
	const mend = `set ${name} = on: a power cut can bring back what was said, and it would be said again`;
	return wrong(`database ${name}`, value, mend);
}

function describeMigrations(state: MigrationState): Finding {
	const check = 'database schema';
	switch (state) {
		case 'current':
			return right(check, 'is this program’s');
		case 'none':
			return warning(check, 'is empty', 'it is made at the first start');
		case 'behind':
			return warning(
				check,
				'is older than this program',
				'it is brought up at the next start: back up before',
			);
		case 'foreign':
			return wrong(check, 'is newer than this program, or not its own', 'run the version that wrote it');
	}
}
