import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acceptManifest, readAcceptedManifest } from './accepted-manifest.ts';

let folder: string;
const [hash, other] = ['a'.repeat(64), 'b'.repeat(64)];

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-accepted-'));
});
afterEach(async () => {
	await chmod(folder, 0o700);
	await rm(folder, { recursive: true, force: true });
});

describe('acceptManifest', () => {
	it('is remembered, in a file of its owner alone', async () => {
		expect(await readAcceptedManifest(folder)).toBeNull();
		expect(await acceptManifest(folder, hash)).toBe(true);
		expect(await readAcceptedManifest(folder)).toBe(hash);
		expect((await stat(join(folder, 'accepted-manifest'))).mode & 0o777).toBe(0o600);
	});

	it('takes the same again, and never another', async () => {
		await acceptManifest(folder, hash);
		expect(await acceptManifest(folder, hash)).toBe(true);
		expect(await acceptManifest(folder, other)).toBe(false);
		expect(await readAcceptedManifest(folder)).toBe(hash);
	});

	it('takes one of two at the same time', async () => {
		const taken = await Promise.all([acceptManifest(folder, hash), acceptManifest(folder, other)]);
		expect(taken.filter((one) => one)).toHaveLength(1);
	});

	it('rejects where the folder is gone: not written is not accepted', async () => {
		await expect(acceptManifest(join(folder, 'gone'), hash)).rejects.toThrow('ENOENT');
	});
});

describe('readAcceptedManifest', () => {
	it('rejects where something else stands there: unreadable is not the same as undecided', async () => {
		await mkdir(join(folder, 'accepted-manifest'));
		await expect(readAcceptedManifest(folder)).rejects.toThrow('EISDIR');
	});
});
