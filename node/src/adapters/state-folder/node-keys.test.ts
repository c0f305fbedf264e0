import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { toHex } from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countingRandom } from '../../testing/sample-network.ts';
import { createNodeKeys, readNodeKeys } from './node-keys.ts';

let folder: string;
let state: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-keys-'));
	state = join(folder, 'state');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const names = ['identity.seed', 'log.seed', 'pseudonym.key'];
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('createNodeKeys', () => {
	it('makes three different keys, which are read back the same', async () => {
		const made = await createNodeKeys(state, countingRandom('keys'));
		const read = await readNodeKeys(state);
		const secrets = [made.identity, made.log, made.pseudonym].map((secret) => toHex(secret.reveal()));
		expect([read.identity, read.log, read.pseudonym].map((secret) => toHex(secret.reveal()))).toEqual(
			secrets,
		);
		expect(new Set(secrets).size).toBe(3);
	});

	it('lets nobody but the owner read them, nor list their folder', async () => {
		await createNodeKeys(state, countingRandom('keys'));
		expect((await readdir(join(state, 'keys'))).sort()).toEqual(names);
		expect(await Promise.all(names.map((name) => modeOf(join(state, 'keys', name))))).toEqual([
			0o600, 0o600, 0o600,
		]);
		expect([await modeOf(state), await modeOf(join(state, 'keys'))]).toEqual([0o700, 0o700]);
	});

	it('closes a state folder that was open', async () => {
		await createNodeKeys(state, countingRandom('keys'));
		await rm(join(state, 'keys'), { recursive: true });
		await chmod(state, 0o755);
		await createNodeKeys(state, countingRandom('keys'));
		expect(await modeOf(state)).toBe(0o700);
	});

	it('never overwrites a key', async () => {
		await createNodeKeys(state, countingRandom('keys'));
		const before = await readFile(join(state, 'keys', 'identity.seed'), 'utf8');
		await expect(createNodeKeys(state, countingRandom('other'))).rejects.toThrow('EEXIST');
		expect(await readFile(join(state, 'keys', 'identity.seed'), 'utf8')).toBe(before);
	});

	it('gives keys that do not print', async () => {
		const keys = await createNodeKeys(state, countingRandom('keys'));
		const text = inspect(keys, { depth: 9 }) + JSON.stringify(keys);
		expect(text).not.toContain((await readFile(join(state, 'keys', 'identity.seed'), 'utf8')).trim());
		expect(text).toContain('[redacted]');
	});
});

describe('readNodeKeys', () => {
	beforeEach(() => createNodeKeys(state, countingRandom('keys')));

	it.each(names)('throws where %s is missing', async (name) => {
		await rm(join(state, 'keys', name));
		await expect(readNodeKeys(state)).rejects.toThrow('ENOENT');
	});

	it.each([0o640, 0o604, 0o644, 0o660])('throws where others may read a key file: mode %o', async (mode) => {
		await chmod(join(state, 'keys', 'pseudonym.key'), mode);
		await expect(readNodeKeys(state)).rejects.toThrow('key file pseudonym.key is open to others');
	});

	it.each([
		['is empty', ''],
		['holds 31 bytes', Buffer.alloc(31, 1).toString('base64url')],
		['holds 33 bytes', Buffer.alloc(33, 1).toString('base64url')],
		['holds something else', 'this is no key'],
	])('throws where a key file %s, and says nothing of what it holds', async (_what, text) => {
		await writeFile(join(state, 'keys', 'log.seed'), text);
		await expect(readNodeKeys(state)).rejects.toThrow(/^key file log\.seed does not hold 32 bytes$/);
	});
});
