import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoggedEntry, rootOfEntries } from '@cordon/shared';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mark, readWitness as read, type Witnessed } from './read-witness.ts';
import { createWitness, openWitness } from './witness-file.ts';

let folder: string;
let file: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-witness-'));
	file = join(folder, 'witness.ndjson');
	await createWitness(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const readWitness = (from: string): Promise<Witnessed<LoggedEntry>> => read(from, (entry) => entry);
const entry = (index: number): LoggedEntry => ({
	index,
	key: `session ${index} \u2028é`,
	leaf: `{"leaf":${index}}`,
	body: 'Ym9keQ==',
	sealedKey: null,
});
const markOf = (entries: readonly LoggedEntry[], cursor: number): Mark => ({
	size: entries.length,
	root: rootOfEntries(entries),
	cursor,
	changes: 0,
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

	it('leaves one file, and makes an empty one anew', async () => {
		await writeFile(file, '');
		await createWitness(folder);
		expect((await readWitness(folder)).mark).toEqual(markOf([], 0));
		expect(await readdir(folder)).toEqual(['witness.ndjson']);
	});

	it('never begins anew', async () => {
		await expect(createWitness(folder)).rejects.toThrow('EEXIST');
		expect(await readdir(folder)).toEqual(['witness.ndjson']);
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

	/** The file whose first five lines are a mark each, and what stands after them. */
	async function spoilt(line: number, change: (text: string) => string): Promise<string> {
		const lines = (await readFile(file, 'utf8')).split('\n');
		const text = lines.map((each, at) => (at === line ? change(each) : each)).join('\n');
		await writeFile(file, text);
		return text;
	}

	it.each([1, 2, 3])('throws where line %i of five marks is damaged, and changes nothing', async (line) => {
		for (const cursor of [1, 2, 3, 4]) await advanced([], cursor);
		const text = await spoilt(line, (mark) => mark.replace('cursor', 'cursop'));
		await expect(openWitness(folder)).rejects.toMatchObject({ name: 'WitnessLost' });
		expect(await readFile(file, 'utf8')).toBe(text);
	});

	it('takes a torn last batch whose mark reached the disk before its entry as never said', async () => {
		await advanced([entry(0)], 3);
		await advanced([entry(0), entry(1)], 4);
		await spoilt(3, (text) => '\0'.repeat(text.length));
		const witness = await openWitness(folder);
		expect(witness.held()).toEqual(markOf([entry(0)], 3));
		await witness.close();
		await advanced([entry(0), entry(1)], 5);
		expect((await readWitness(folder)).mark).toEqual(markOf([entry(0), entry(1)], 5));
	});

	it('does not count a mark without its newline, and writes over it', async () => {
		await advanced([entry(0)], 3);
		await advanced([entry(0), entry(1)], 4);
		await writeFile(file, (await readFile(file, 'utf8')).slice(0, -1));
		const witness = await openWitness(folder);
		expect(witness.held()).toEqual(markOf([entry(0)], 3));
		await witness.close();
		await advanced([entry(0), entry(1)], 4);
		await advanced([entry(0), entry(1), entry(2)], 5);
		expect((await readWitness(folder)).entries).toEqual([entry(0), entry(1), entry(2)]);
		expect(await readFile(file, 'utf8')).not.toContain('\0');
	});

	it('cuts nothing off before there is something to write', async () => {
		await appendFile(file, '{"entry"');
		const text = await readFile(file, 'utf8');
		await (await openWitness(folder)).close();
		expect(await readFile(file, 'utf8')).toBe(text);
	});

	it.each([
		['left out', ''],
		['another', `${JSON.stringify({ entry: { ...entry(0), leaf: '{}' } })}\n`],
	])('throws where an entry is %s', async (_what, instead) => {
		await advanced([entry(0)], 1);
		const lines = (await readFile(file, 'utf8')).split('\n');
		await writeFile(file, `${lines[0]}\n${instead}${lines[2]}\n`);
		await expect(openWitness(folder)).rejects.toMatchObject({ name: 'WitnessLost' });
	});

	it('tells a disk that does not take it by its code, and holds what it held', async () => {
		const witness = await openWitness(folder);
		await witness.close();
		await expect(witness.advance(markOf([], 1), [])).rejects.toMatchObject({ name: 'WitnessUnwritable' });
		expect(witness.held().cursor).toBe(0);
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
