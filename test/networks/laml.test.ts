// The LAML network by its real command line: four hospitals' sums are the numbers that R finds in the undivided data.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadNetwork } from '../../cli/src/network/load-network.ts';
import { outsideData } from '../outside-data.ts';
import { readExpected } from './laml-expected.ts';
import { askCordon, cellsOf } from './run-cordon.ts';

const folder = resolve(import.meta.dirname, 'laml');
const expectedFile = outsideData('data/laml/expected.txt');
const questions = ['dnmt3a', 'npm1', 'flt3', 'dnmt3a-by-npm1', 'fab-by-npm1'] as const;

/** Cells of a table that stand for something other than an unknown value. */
function known(cells: Readonly<Record<string, number | null>>): Readonly<Record<string, number | null>> {
	return Object.fromEntries(Object.entries(cells).filter(([key]) => !key.includes('unknown')));
}

describe.skipIf(expectedFile === null)('the LAML network', () => {
	const data = dirname(expectedFile ?? '');
	const shared = resolve(data, '../..');
	const expected = readExpected(expectedFile ?? '/dev/null');

	it('has numbers of R to be compared with', () => {
		expect(expected.mutated).toMatchObject({ DNMT3A: 48, NPM1: 33, FLT3: 52 });
		expect(expected.hospitals).toEqual({ A: 50, B: 50, C: 49, D: 51 });
		expect(Object.values(expected.dnmt3aByNpm1)).toEqual([135, 32, 17, 16]);
		expect(Object.keys(expected.fabByNpm1)).toHaveLength(16);
	});

	it('divides the barcodes among its hospitals as R does, each to one', async () => {
		const loaded = await loadNetwork(folder, { CORDON_SHARED: shared });
		if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
		const rows = readFileSync(resolve(data, 'tcga_laml_annot.tsv'), 'utf8').trim().split('\n').slice(1);
		const counts = loaded.value.file.hospitals.map(({ id, patients }) => {
			const own = new RegExp(patients?.matching ?? '', 'u');
			return [id.toUpperCase(), rows.filter((row) => own.test(row.split('\t')[0] ?? '')).length];
		});
		expect(Object.fromEntries(counts)).toEqual(expected.hospitals);
		expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(rows.length);
	});

	it('answers every question with the numbers of R', { timeout: 320_000 }, async () => {
		const answers = await askCordon(folder, questions, { CORDON_SHARED: shared });
		for (const answer of answers.values()) {
			expect(answer).toMatchObject({ status: 'released', mechanism: 'exact', publicData: true });
			expect(answer.hospitals.contributed).toEqual(['a', 'b', 'c', 'd']);
		}
		expect(cellsOf(answers.get('dnmt3a'))).toEqual({ '': expected.mutated['DNMT3A'] });
		expect(cellsOf(answers.get('npm1'))).toEqual({ '': expected.mutated['NPM1'] });
		expect(cellsOf(answers.get('flt3'))).toEqual({ '': expected.mutated['FLT3'] });
		expect(known(cellsOf(answers.get('dnmt3a-by-npm1')))).toEqual(expected.dnmt3aByNpm1);
		expect(known(cellsOf(answers.get('fab-by-npm1')))).toEqual(expected.fabByNpm1);
		// One patient of 200 has no FAB class; every genome was read.
		expect(cellsOf(answers.get('fab-by-npm1'))).toMatchObject({ 'unknown x false': 1, 'M0 x unknown': 0 });
	});
});
