import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultyProcess, faultyProcess } from './faulty-process.ts';

let folder: string;
let daemon: FaultyProcess;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-faulty-'));
	const says = `console.log(JSON.stringify({ event: 'ready' })); setInterval(() => undefined, 60_000)`;
	daemon = faultyProcess({
		name: 'one',
		file: process.execPath,
		args: ['-e', says],
		logFile: join(folder, 'logs', 'one.log'),
	});
});
afterAll(async () => {
	await daemon.kill();
	await rm(folder, { recursive: true, force: true });
});

async function startsLogged(): Promise<number> {
	const log = await readFile(join(folder, 'logs', 'one.log'), 'utf8');
	return log.split('"event":"ready"').length - 1;
}

it('is started once by two who start it at the same moment, and again after it was killed', async () => {
	await Promise.all([daemon.start(), daemon.start()]);
	expect([daemon.isRunning(), await startsLogged()]).toEqual([true, 1]);
	await daemon.kill();
	await daemon.start();
	expect([daemon.isRunning(), await startsLogged()]).toEqual([true, 2]);
});
