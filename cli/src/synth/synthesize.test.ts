import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SynthProgress, synthesize } from './synthesize.ts';

let folder = '';

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-synth-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('synthesize', () => {
	it('refuses a folder that holds anything, and leaves it as it is', async () => {
		await writeFile(join(folder, 'mine.txt'), 'mine');
		await expect(synthesize({ folder, seed: 1 }, () => undefined)).rejects.toMatchObject({
			code: 'folder-not-empty',
		});
		expect(await readdir(folder)).toEqual(['mine.txt']);
	});

	it.each([
		['bad-seed', { seed: -1 }],
		['bad-seed', { seed: 0.5 }],
		['bad-hospitals', { seed: 1, hospitals: 1 }],
		['bad-hospitals', { seed: 1, hospitals: 101 }],
		['bad-patients', { seed: 1, patients: 39 }],
		['bad-patients', { seed: 1, patients: 200_001 }],
	])('answers %s to %o before it writes anything', async (code, sizes) => {
		await expect(synthesize({ folder, ...sizes }, () => undefined)).rejects.toMatchObject({ code });
		expect(await readdir(folder)).toEqual([]);
	});

	it('tells its progress by hospital and kind, and repeats hospitals beyond four under names of their own', async () => {
		const events: SynthProgress[] = [];
		const summary = await synthesize({ folder, seed: 2, hospitals: 5, patients: 60 }, (event) =>
			events.push(event),
		);
		const ids = ['north', 'south', 'east', 'west', 'north-2'];
		expect(summary.hospitals.map(({ id }) => id)).toEqual(ids);
		expect(summary.hospitals.reduce((sum, { patients }) => sum + patients, 0)).toBe(60);
		expect(events.map(({ hospital, step }) => `${hospital} ${step}`)).toEqual(
			ids.flatMap((id) => ['dicom', 'vcf', 'fhir', 'csv'].map((step) => `${id} ${step}`)),
		);
		expect(await readdir(folder)).toEqual([
			'east',
			'network.yaml',
			'north',
			'north-2',
			'questions',
			'south',
			'truth',
			'west',
		]);
	});
});
