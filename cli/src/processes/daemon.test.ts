import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDaemon } from './daemon.ts';
import { freePorts } from './free-port.ts';

let folder: string;
let port: number;
const secret = 'canary-secret-of-ana';

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-daemon-'));
	[port = 0] = await freePorts(1);
	const people = [{ id: 'ana', secret }];
	const config = { cordon: 1, port, network: 'atlas', keyFile: 'signing.key', people };
	await writeFile(join(folder, 'issuer.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const spec = (config: string, logFile: string): Parameters<typeof startDaemon>[0] => ({
	name: 'issuer',
	args: ['issuer', 'start', '--config', join(folder, config)],
	logFile: join(folder, 'logs', logFile),
});

describe('startDaemon', () => {
	it('resolves when the daemon is ready, and ends it when it is asked to', async () => {
		const daemon = await startDaemon(spec('issuer.json', 'good.log'));
		expect((await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`)).status).toBe(200);
		await daemon.stop();
		expect(await daemon.exited).toBe(0);
		await daemon.stop();
		expect(() => process.kill(daemon.pid, 0)).toThrow('ESRCH');
		expect(await readFile(join(folder, 'logs', 'good.log'), 'utf8')).toContain('"event":"ready"');
		expect((await stat(join(folder, 'logs', 'good.log'))).mode & 0o777).toBe(0o600);
	});

	it('ends in peace one that is stopped as soon as it is ready', async () => {
		const daemon = await startDaemon(spec('issuer.json', 'short.log'));
		await daemon.stop();
		expect(await daemon.exited).toBe(0);
	});

	it('kills one that is given no time', async () => {
		const daemon = await startDaemon(spec('issuer.json', 'killed.log'));
		process.kill(daemon.pid, 'SIGSTOP');
		await daemon.stop(0);
		expect(await daemon.exited).toBeNull();
	});

	it('rejects where the daemon ends before, with what it said last and the name of its log', async () => {
		const started = startDaemon(spec('missing.json', 'bad.log'));
		const error: unknown = await started.catch((thrown: unknown) => thrown);
		expect(String(error)).toMatch(
			/issuer ended with code 1 before it was ready \(.*missing\.json.*\); its log is /,
		);
		expect(String(error)).toContain(join(folder, 'logs', 'bad.log'));
	});

	it('rejects where the configuration is damaged, and writes no secret of it into the log', async () => {
		await writeFile(join(folder, 'damaged.json'), `{"secret":"${secret}"`);
		const damaged = spec('damaged.json', 'damaged.log');
		await expect(startDaemon(damaged)).rejects.toThrow('ended with code 1');
		expect(await readFile(damaged.logFile, 'utf8')).not.toContain(secret.slice(0, 12));
	});

	it('rejects where its log cannot be made', async () => {
		await writeFile(join(folder, 'file'), '');
		const impossible = { ...spec('issuer.json', 'x'), logFile: join(folder, 'file', 'x.log') };
		await expect(startDaemon(impossible)).rejects.toThrow('EEXIST');
	});
});
