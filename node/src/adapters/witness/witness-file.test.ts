import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoggedEntry, rootOfEntries } from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWitness, openWitness, readWitness } from './witness-file.ts';

let folder: string;
let file: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-witness-'));
	file = join(folder, 'witness.ndjson');
	await createWitness(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entry = (index: number): LoggedEntry => ({
	index,
	key: `session ${index} \u2028é`,
	leaf: `{"leaf":${index}}`,
	body: 'Ym9keQ==',
	sealedKey: null,
});
const markOf = (entries: readonly LoggedEntry[], cursor: number) => ({
	size: entries.length,
	root: rootOfEntries(entries),
	cursor,
});

async function advanced(entries: readonly LoggedEntry[], cursor: number): Promise<void> {
	const witness = await openWitness(folder);
	await witness.advance(markOf(entries, cursor), entries.slice(witness.held().size));
	await witness.close();
}

describe('createWitness', () => {
	it('begins with nothing, in a file of its owner alone', async () => {
		expect((await readWitness(folder)).mark).toEqual(markOf([], 0));
		expect((await stat(file)).mode & 0o777).toBe(0o600);
	});

	it('never begins anew', async () => {
		await expect(createWitness(folder)).rejects.toThrow('EEXIST');
	});
});

describe('openWitness', () => {
	it('gives back what it was told, entries byte for byte', async () => {
		await advanced([entry(0), entry(1)], 7);
		await advanced([entry(0), entry(1), entry(2)], 9);
		const read = await readWitness(folder);
		expect(read.mark).toEqual(markOf([entry(0), entry(1), entry(2)], 9));
		expect(read.entries).toEqual([entry(0), entry(1), entry(2)]);
	});

	it.each([
		['half a line', '{"entry":{"index":1,'],
		['an entry that no mark seals', `${JSON.stringify({ entry: entry(1) })}\n`],
	])('forgets %s at the end: it was never said', async (_what, torn) => {
		await advanced([entry(0)], 3);
		const sealed = await readFile(file, 'utf8');
		await appendFile(file, torn);
		await advanced([entry(0), entry(1)], 4);
		expect((await readFile(file, 'utf8')).startsWith(sealed)).toBe(true);
		expect((await readWitness(folder)).entries).toEqual([entry(0), entry(1)]);
	});

	it.each([
		['is missing', () => rm(file)],
		['is empty', () => writeFile(file, '')],
		['holds something else', () => writeFile(file, 'witness\n')],
	])('throws where the file %s: nobody can say what is the newest then', async (_what, spoil) => {
		await spoil();
		await expect(openWitness(folder)).rejects.toMatchObject({ name: 'WitnessLost' });
	});
});

describe('readWitness', () => {
	it('throws where an entry is not the one that was sealed', async () => {
		await advanced([entry(0), entry(1)], 7);
		const text = await readFile(file, 'utf8');
		await writeFile(file, text.replace('{\\"leaf\\":1}', '{\\"leaf\\":2}'));
		await expect(readWitness(folder)).rejects.toMatchObject({ name: 'WitnessLost' });
	});
});
