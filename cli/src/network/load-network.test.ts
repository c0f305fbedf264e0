import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { sampleNetworkYaml } from '../testing/sample-network-file.ts';
import { type Environment, loadNetwork, networkFileOf } from './load-network.ts';

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-network-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (text: string, name = 'network.yaml'): Promise<void> => writeFile(join(folder, name), text);

async function messagesOf(environment: Environment = {}): Promise<readonly string[]> {
	const loaded = await loadNetwork(folder, environment);
	return loaded.ok ? [] : loaded.error.map(({ path, message }) => `${path}: ${message}`);
}

describe('loadNetwork', () => {
	it('reads the network.yaml of a folder, or a file of another name', async () => {
		await put(stringify(sampleNetworkYaml()));
		await put(stringify(sampleNetworkYaml({ name: 'Other' })), 'other.yml');
		expect(await loadNetwork(folder, {})).toMatchObject({
			ok: true,
			value: { folder, path: join(folder, 'network.yaml'), file: { name: 'Glioma Atlas' } },
		});
		expect(await loadNetwork(join(folder, 'other.yml'), {})).toMatchObject({
			ok: true,
			value: { folder, file: { name: 'Other' } },
		});
	});

	it('expands variables before it checks', async () => {
		await put(stringify(sampleNetworkYaml({ name: `\${NETWORK:-Default}` })));
		expect(await loadNetwork(folder, { NETWORK: 'Set' })).toMatchObject({ value: { file: { name: 'Set' } } });
		expect(await loadNetwork(folder, {})).toMatchObject({ value: { file: { name: 'Default' } } });
	});

	it('refuses a variable that is not set', async () => {
		await put(stringify(sampleNetworkYaml({ name: `\${NETWORK}` })));
		expect(await messagesOf()).toEqual(['/name: the environment variable NETWORK is not set']);
	});

	it('refuses a folder without a network.yaml', async () => {
		expect(await messagesOf()).toEqual([': there is no such file; a network folder holds a network.yaml']);
	});

	it.each([
		['a key that is there twice', 'cordon: 1\ncordon: 1\n'],
		['what is not YAML', 'cordon: [1\n'],
		['an alias', 'cordon: &one 1\nname: *one\n'],
		['two documents', 'cordon: 1\n---\ncordon: 1\n'],
	])('refuses %s with one message of the whole file', async (_what, text) => {
		await put(text);
		const messages = await messagesOf();
		expect(messages).toHaveLength(1);
		expect(messages[0]).toMatch(/^: /);
	});

	it('refuses an empty file', async () => {
		await put('');
		expect(await messagesOf()).not.toEqual([]);
	});

	it('refuses what is wrong in the file, with its place', async () => {
		await put(stringify(sampleNetworkYaml({ cordon: 2 })));
		expect((await messagesOf())[0]).toMatch(/^\/cordon: /);
	});
});

describe('networkFileOf', () => {
	it.each([
		['folder', 'folder/network.yaml'],
		['folder/my.yaml', 'folder/my.yaml'],
		['folder/my.yml', 'folder/my.yml'],
		['.', 'network.yaml'],
	])('is, of %s, %s', (place, file) => {
		expect(networkFileOf(place)).toBe(file);
	});
});
