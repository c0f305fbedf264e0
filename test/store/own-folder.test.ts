// The contract of an embedded database's folder: one owner, and a killed owner leaves no lock.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderInUse, openDatabase, rowsOf } from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const sourceOfOpenDatabase = join(import.meta.dirname, '../../shared/src/database/database.ts');

describe('openDatabase in a folder', () => {
	let directory: string;

	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'cordon-owner-'));
	});
	afterEach(() => rm(directory, { recursive: true }));

	it('refuses a second opener in the same process, and lets one in once the first has closed', async () => {
		const first = await openDatabase({ kind: 'pglite', directory });
		await first.read((tx) => tx.execute('create table a as select 1 as n'));
		await expect(openDatabase({ kind: 'pglite', directory })).rejects.toThrow(FolderInUse);
		await first.close();
		const second = await openDatabase({ kind: 'pglite', directory });
		expect(rowsOf(await second.read((tx) => tx.execute('select n from a')))).toEqual([{ n: 1 }]);
		await second.close();
	});

	it('refuses a second opener in another process', async () => {
		const first = await openDatabase({ kind: 'pglite', directory });
		expect(await runOpener(directory, '')).toContain('FolderInUse');
		await first.close();
	});

	it('lets the next owner in after the one before was killed, with what it had committed', async () => {
		const dying = `await database.transaction((tx) => tx.execute('create table a as select 7 as n'));
			process.kill(process.pid, 'SIGKILL');`;
		await runOpener(directory, dying);
		const next = await openDatabase({ kind: 'pglite', directory });
		expect(rowsOf(await next.read((tx) => tx.execute('select n from a')))).toEqual([{ n: 7 }]);
		await next.close();
	});
});

/** Opens the folder in a process of its own, runs the code, and gives what it wrote to standard error. */
function runOpener(directory: string, code: string): Promise<string> {
	const program = `const { openDatabase } = await import(${JSON.stringify(sourceOfOpenDatabase)});
		const database = await openDatabase({ kind: 'pglite', directory: ${JSON.stringify(directory)} });
		${code}
		await database.close();`;
	return new Promise((resolve) => {
		execFile(process.execPath, ['--input-type=module', '-e', program], (_error, _output, problems) =>
			resolve(problems),
		);
	});
}
