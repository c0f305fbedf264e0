import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initCrypto } from '@cordon/shared';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { NodeConfig } from './config/node-config.ts';
import { loadOperatorFiles, OperatorFileWrong } from './load-operator-files.ts';
import { sampleConfig, sampleDictionary } from './testing/sample-network.ts';

const authorization = {
	hospital: 'north',
	dataset: 'north-radiogenomics',
	stewards: ['sam'],
	complianceOfficers: ['cleo'],
	projects: [
		{
			id: 'glioma',
			lead: 'lea',
			members: ['ana'],
			purposes: ['HMB'],
			asks: ['count'],
			exact: false,
			until: '2026-12-31',
		},
	],
};
const mapping = { cordon: 1, elements: { Sex: { element: 'sex', values: { F: 'female', M: 'male' } } } };
let folder: string;

beforeAll(initCrypto);
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-files-'));
	await put('authorization.yaml', authorization);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, content: unknown): Promise<string> {
	const file = join(folder, name);
	await writeFile(file, typeof content === 'string' ? content : stringify(content));
	return file;
}

function config(change: Partial<NodeConfig> = {}): NodeConfig {
	return sampleConfig({ authorizationFile: join(folder, 'authorization.yaml'), ...change });
}

async function wrongOf(change: Partial<NodeConfig> = {}): Promise<OperatorFileWrong> {
	const error: unknown = await loadOperatorFiles(config(change)).catch((thrown: unknown) => thrown);
	if (error instanceof OperatorFileWrong) return error;
	throw new Error('the files were taken', { cause: error });
}

describe('loadOperatorFiles', () => {
	it('reads the authorization, and takes the built-in dictionary and no mapping where none is named', async () => {
		const files = await loadOperatorFiles(config());
		expect(files.authorization).toMatchObject({ hospital: 'north', dataset: 'north-radiogenomics' });
		expect(files.dictionary.elements.map(({ id }) => id)).toContain('tumor-volume');
	});

	it('reads the dictionary and the mapping that are named', async () => {
		const dictionaryFile = await put('dictionary.yaml', sampleDictionary);
		const mappingFile = await put('mapping.yaml', mapping);
		const files = await loadOperatorFiles(config({ dictionaryFile, mappingFile }));
		expect(files.dictionary.id).toBe('test');
		expect(JSON.stringify(files.mapping)).not.toBe('{}');
	});

	it('refuses the authorization file of another hospital', async () => {
		await put('authorization.yaml', { ...authorization, hospital: 'south' });
		expect((await wrongOf()).issues).toEqual([
			{ path: '/hospital', message: 'is the file of another hospital than north', nearest: [] },
		]);
	});

	it.each(['authorizationFile', 'mappingFile'] as const)('refuses a missing %s by its name', async (name) => {
		const missing = join(folder, 'missing.yaml');
		const wrong = await wrongOf({ [name]: missing });
		expect(wrong.message).toBe(`${missing} is not right:\n  /: there is no such file to read`);
	});

	it('refuses a missing dictionary by its name', async () => {
		const dictionaryFile = join(folder, 'missing.yaml');
		expect((await wrongOf({ dictionaryFile })).message).toContain(dictionaryFile);
	});

	it.each([
		['that is no YAML', '{'],
		['with a key twice', `${stringify(authorization)}hospital: south\n`],
		['with an alias', `a: &a north\n${stringify(authorization).replace('hospital: north', 'hospital: *a')}`],
	])('refuses an authorization file %s', async (_what, text) => {
		await put('authorization.yaml', text);
		expect((await wrongOf()).issues).toEqual([{ path: '', message: 'not a YAML document', nearest: [] }]);
	});

	it('refuses an unknown key rather than pass over a rule that somebody meant', async () => {
		await put('authorization.yaml', { ...authorization, deny: ['eve'] });
		expect((await wrongOf()).message).toContain('deny');
	});

	it('refuses an empty authorization file', async () => {
		await put('authorization.yaml', '');
		expect((await wrongOf()).issues.length).toBeGreaterThan(0);
	});

	it('refuses a mapping to what the dictionary does not know, and says what it might be', async () => {
		const dictionaryFile = await put('dictionary.yaml', sampleDictionary);
		const mappingFile = await put('mapping.yaml', { cordon: 1, elements: { Sex: { element: 'sexx' } } });
		expect((await wrongOf({ dictionaryFile, mappingFile })).message).toMatch(/did you mean sex\?/);
	});

	it('refuses a mapping for another dictionary than the one named', async () => {
		const mappingFile = await put('mapping.yaml', {
			cordon: 1,
			elements: { V: { element: 'no-such-element' } },
		});
		expect((await wrongOf({ mappingFile })).message).toContain(mappingFile);
	});
});
