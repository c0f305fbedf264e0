// Holds the table of attacks to the files: each attack has its test, with teeth and hold, and no test is unlisted.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const table = readFileSync(`${root}test/adversary/README.md`, 'utf8');

interface Row {
	readonly attack: string;
	readonly file: string;
	readonly isThere: boolean;
	readonly teeth: string;
	readonly hold: string;
}

const rows: readonly Row[] = [
	...table.matchAll(/^\| (?!attack|-)([^|]+?) *\| ([^|]+?) *\| ([^|]*?) *\| ([^|]*?) *\|$/gm),
].map(([, attack = '', place = '', teeth = '', hold = '']) => ({
	attack,
	file: /`([^`]+)`/.exec(place)?.[1] ?? '',
	isThere: !place.startsWith('not yet'),
	teeth,
	hold,
}));

const there = rows.filter(({ isThere }) => isThere);

describe('the table of attacks', () => {
	it('has a row for every attack of the specification', () => {
		expect(rows.length).toBeGreaterThanOrEqual(29);
		expect(new Set(rows.map(({ attack }) => attack)).size).toBe(rows.length);
		expect(rows.filter(({ file }) => !/^test\/.*\.test\.ts$/.test(file))).toEqual([]);
	});

	it.each(there)(
		'says of $attack what its teeth and its hold are, and both are there',
		({ file, teeth, hold }) => {
			expect([teeth, hold].filter((text) => text === '')).toEqual([]);
			const text = readFileSync(`${root}${file}`, 'utf8');
			if (!file.startsWith('test/adversary/')) return;
			expect(text).toMatch(/['`]teeth\b/);
			expect(text).toMatch(/['`]hold\b/);
		},
	);

	it('names every test of the folder, and says `not yet` of none of them', () => {
		const tests = readdirSync(`${root}test/adversary`).filter((name) => name.endsWith('.test.ts'));
		const named = new Set(there.map(({ file }) => file));
		expect(tests.map((name) => `test/adversary/${name}`).filter((file) => !named.has(file))).toEqual([]);
	});

	it('names no test that does not exist but as `not yet`', () => {
		expect(there.map(({ file }) => file).filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
	});
});
