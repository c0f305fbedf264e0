import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64Url } from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeComplianceKey, readComplianceKey } from './compliance-key.ts';

let folder: string;
let file: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-compliance-'));
	file = join(folder, 'officer', 'compliance.key');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('makeComplianceKey', () => {
	it('gives the public half and keeps the pair, for its owner alone', async () => {
		const publicKey = await makeComplianceKey(file);
		const keys = await readComplianceKey(file);
		expect([toBase64Url(keys.publicKey), keys.secretKey.length]).toEqual([publicKey, 32]);
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect((await stat(join(folder, 'officer'))).mode & 0o777).toBe(0o700);
	});

	it('makes another pair each time', async () => {
		expect(await makeComplianceKey(file)).not.toBe(await makeComplianceKey(`${file}.2`));
	});

	it('never overwrites a pair: what is sealed to it would be lost', async () => {
		await makeComplianceKey(file);
		const before = await readFile(file, 'utf8');
		await expect(makeComplianceKey(file)).rejects.toThrow('EEXIST');
		expect(await readFile(file, 'utf8')).toBe(before);
	});
});

describe('readComplianceKey', () => {
	const key = Buffer.alloc(32, 7).toString('base64url');

	it.each([
		['is empty', ''],
		['is no JSON', `{"secretKey":"${key}"`],
		['is a list', '[]'],
		['is null', 'null'],
		['has no secret half', JSON.stringify({ publicKey: key })],
		['has no public half', JSON.stringify({ secretKey: key })],
		['has a short half', JSON.stringify({ publicKey: key, secretKey: key.slice(1) })],
		['has a half that is no text', JSON.stringify({ publicKey: key, secretKey: 7 })],
	])('throws where the file %s, names it, and shows nothing of it', async (_what, text) => {
		const damaged = join(folder, 'damaged.key');
		await writeFile(damaged, text);
		await expect(readComplianceKey(damaged)).rejects.toThrow(
			new Error(`${damaged} does not hold a compliance key pair`),
		);
	});

	it('throws where there is no file', async () => {
		await expect(readComplianceKey(file)).rejects.toThrow('ENOENT');
	});
});
