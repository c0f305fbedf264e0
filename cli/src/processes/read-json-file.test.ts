import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readJsonFile } from './read-json-file.ts';

let file = '';
beforeEach(async () => {
	file = join(await mkdtemp(join(tmpdir(), 'cordon-json-')), 'invitation.json');
});
afterEach(() => rm(join(file, '..'), { recursive: true }));

it('reads what a person names', async () => {
	await writeFile(file, '{"cordon": 1}');
	expect(await readJsonFile(file)).toEqual({ cordon: 1 });
});

it.each(['not-json secret-code', '{"code": "secret-code", }', '{"code": secret-code}'])(
	'names a file that holds no JSON, and repeats nothing of it: %s',
	async (text) => {
		await writeFile(file, text);
		const failure = readJsonFile(file).catch((error: unknown) => String(error));
		expect(await failure).toContain(`${file} is not right`);
		expect(await failure).not.toContain('secret-code');
	},
);

it('names a file that is not there', async () => {
	await expect(readJsonFile(file)).rejects.toThrow(`${file} is not right:\n  /: there is no such file`);
});
