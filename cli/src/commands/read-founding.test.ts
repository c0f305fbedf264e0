import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFounding } from './read-founding.ts';

const founding = `cordon: 1
network: test-network
policy:
  aggregation: secure
  visibility: visible
  mechanisms: [noised]
  k: 11
  publicData: false
  epsilonPerEpochMicros: 10000000
  epsilonForLifeMicros: 100000000
  hospitalsPerPatient: 1
  colluders: null
  sessionDeadlineMs: 60000
  replyMs: 500
  maxCells: 4096
projects: [{ id: glioma, title: Glioma, hospitals: [north, south, east] }]
issuers: [{ issuer: 'https://id.example.org', jwksUri: 'https://id.example.org/jwks', audience: test-network }]
hospitals: [north, south, east]
`;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-founding-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string): ReturnType<typeof readFounding> {
	const file = join(folder, 'founding.yaml');
	await writeFile(file, text);
	return readFounding(file);
}

describe('readFounding', () => {
	it('takes the built-in dictionary where none is named', async () => {
		expect((await read(founding)).dictionary).toEqual(loadDefaultDictionary());
	});

	it('reads the dictionary that is named, beside the file', async () => {
		await writeFile(join(folder, 'own.json'), JSON.stringify(loadDefaultDictionary()));
		expect((await read(`${founding}dictionary: own.json\n`)).dictionary).toEqual(loadDefaultDictionary());
	});

	it.each([
		['a dictionary that is not there', `${founding}dictionary: none.yaml\n`, 'none.yaml'],
		['no YAML', 'policy: [', 'not YAML'],
		['a list', '- 1', 'expected keys'],
		['a policy that leaves a choice open', founding.replace('  k: 11\n', ''), '/policy/k'],
		['an unknown key', `${founding}extra: 1\n`, 'extra'],
	])('refuses %s', async (_what, text, said) => {
		await expect(read(text)).rejects.toThrow(said);
	});

	it('refuses a file that is not there', async () => {
		await expect(readFounding(join(folder, 'nowhere.yaml'))).rejects.toThrow('no such file');
	});
});
