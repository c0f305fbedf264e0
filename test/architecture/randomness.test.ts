// The randomness of production: on the program as it is, and on one with a fault planted, which must be found.

import { describe, expect, it } from 'vitest';
import { randomnessUsers, seededViolations, usersOfRandomness } from './randomness.ts';
import { readSources, type Sources } from './sources.ts';

const sources = readSources(['shared/src', 'policies/src', 'node/src', 'coordinator/src', 'cli/src']);

const listed = Object.fromEntries(
	Object.entries(randomnessUsers).map(([name, files]) => [name, Object.keys(files)]),
);

describe('randomness', () => {
	it("is the operating system's, named where a program starts and made nowhere else", () => {
		const found = usersOfRandomness(sources);
		expect(
			Object.fromEntries(Object.entries(found).map(([name, files]) => [name, files.toSorted()])),
		).toEqual(listed);
	});

	it('is handed on under its name from there, and is of no seeded stream', () => {
		expect(seededViolations(sources)).toEqual([]);
	});

	it('of the daemon and of its parts is the one that its start was given', () => {
		const text = (path: string): string => sources.get(path) ?? '';
		expect(text('cli/src/commands/node-commands.ts')).toMatch(
			/startNode\(config, \{[^}]*random: systemRandom,/,
		);
		expect(text('node/src/start-node.ts')).toContain('random: surroundings.random,');
		expect(text('node/src/start-node.ts')).toContain('noise: openNoisePool(surroundings),');
		expect(text('node/src/start-node.ts')).toContain('drawWhileListening(client, { pool: own.noise,');
		expect(text('node/src/start-node.ts')).toContain('client: listening,');
		expect(text('node/src/open-adapters.ts')).toContain('drawNoise(cells, plan, random)');
	});
});

function plant(path: string, text: string): Sources {
	return new Map([...sources, [path, `// Planted.\n${text}\n`]]);
}

/** Replaces text of the program itself, which must be there. */
function changed(path: string, right: string, wrong: string): Sources {
	const text = sources.get(path) ?? '';
	expect(text).toContain(right);
	return new Map([...sources, [path, text.replace(right, wrong)]]);
}

const a = 'shared/src/noise/a.ts';

describe('a planted fault', () => {
	it.each([
		['a stage that takes the platform', 'systemRandom', "import { systemRandom } from '@cordon/shared';"],
		['bytes of its own', 'the platform', 'const key = randomFillSync(new Uint8Array(32));'],
		['bytes of the web platform', 'the platform', 'crypto.getRandomValues(key);'],
		['a stream of a cipher', 'a cipher', "const stream = createCipheriv('chacha20', key, nonce);"],
		['a source of zeros', 'a source of bytes', 'const r = { bytes: (length) => new Uint8Array(length) };'],
		['one with a type', 'a source of bytes', 'const r = { bytes: (n: number): Uint8Array => zeros(n) };'],
		['one that is a method', 'a source of bytes', 'const r = { bytes(length: number) { return zeros; } };'],
		['one of a class', 'a source of bytes', 'class R { bytes(length: number): Uint8Array { return z; } }'],
		['one of another function', 'a source of bytes', 'const r = { bytes: function (n) { return z; } };'],
	])('is found: %s', (_what, use, text) => {
		expect(usersOfRandomness(plant(a, text))[use]).toContain(a);
	});

	it.each([
		['a seeded stream', "import { seededRandom } from './seeded-random.ts';"],
		['one under another name', "import { countingRandom as random } from '../testing/seeded.ts';"],
		['randomness that is made', 'const parts = { clock, random: streamOf(seed) };'],
		['randomness that is assigned', 'const random = streamOf(seed);'],
		['randomness with a type', 'const random: Random = streamOf(seed);'],
		['randomness by default', 'function draw(random: Random = streamOf(seed)) {}'],
		['another source', 'const parts = { random: weakSource };'],
	])('is found: %s', (_what, text) => {
		expect(seededViolations(plant(a, text))).toHaveLength(1);
	});

	it('is found in the start of the daemon and in its parts', () => {
		const start = changed(
			'cli/src/commands/node-commands.ts',
			'random: systemRandom,',
			'random: streamOf(7),',
		);
		expect(seededViolations(start)).toHaveLength(1);
		const parts = changed('node/src/start-node.ts', 'random: surroundings.random,', 'random: seeded,');
		expect(seededViolations(parts)).toHaveLength(1);
	});
});
