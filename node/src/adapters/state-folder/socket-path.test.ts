import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearSocket, socketPathOf } from './socket-path.ts';

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-socket-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('socketPathOf', () => {
	it('is in the state folder', () => {
		expect(socketPathOf('/var/lib/cordon')).toBe('/var/lib/cordon/node.sock');
	});

	it('is the same however the folder is written', () => {
		expect(socketPathOf('/var/lib/../lib/cordon/')).toBe(socketPathOf('/var/lib/cordon'));
	});

	it.each([93, 94, 95, 300])('fits a Unix socket for a folder of %d bytes', (length) => {
		const path = socketPathOf(`/${'s'.repeat(length - 1)}`);
		expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
	});

	it('counts bytes, not letters', () => {
		expect(Buffer.byteLength(socketPathOf(`/${'ü'.repeat(50)}`))).toBeLessThanOrEqual(103);
	});

	it('differs for two long folders that begin alike', () => {
		const long = `/${'s'.repeat(200)}`;
		expect(socketPathOf(`${long}/a`)).not.toBe(socketPathOf(`${long}/b`));
		expect(dirname(socketPathOf(`${long}/a`))).not.toBe(dirname(socketPathOf(`${long}/b`)));
	});
});

describe('clearSocket', () => {
	it('removes what a killed owner left, and nothing beside it', async () => {
		const path = join(folder, 'node.sock');
		await writeFile(path, '');
		await writeFile(join(folder, 'kept'), '');
		await clearSocket(path);
		await expect(stat(path)).rejects.toThrow('ENOENT');
		expect((await stat(join(folder, 'kept'))).isFile()).toBe(true);
	});

	it('makes the folder, which its owner alone may enter', async () => {
		const path = join(folder, 'new', 'node.sock');
		await clearSocket(path);
		expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
	});

	it('closes a folder that others could enter', async () => {
		const open = join(folder, 'open');
		await mkdir(open, { mode: 0o755 });
		await clearSocket(join(open, 'node.sock'));
		expect((await stat(open)).mode & 0o777).toBe(0o700);
	});

	it('throws where something stands there that is no socket and no file', async () => {
		await mkdir(join(folder, 'node.sock'));
		await expect(clearSocket(join(folder, 'node.sock'))).rejects.toThrow();
	});
});
