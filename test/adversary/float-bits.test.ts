// The attack on the low bits of floats (Mironov 2012): noise made of doubles leaves, around each true count, a set of
// doubles of its own, so that one output may be possible for one count only. The defence: integers from exact samplers,
// from the draw to the answer.

import { drawNoise } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { inBlocks } from '../../shared/src/noise/random-blocks.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { type AskedNetwork, askPatients, counting } from './ask-patients.ts';
import { crowd } from './neighbouring-patients.ts';

const draws = 20_000;
const scale = 2;

/** Laplace by inversion of one uniform double, as textbooks have it. */
function textbookLaplace(word: number): number {
	const u = (word + 0.5) / 2 ** 16 - 0.5;
	return -scale * Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
}

/** Every output that the textbook can give for this count. */
function reachable(count: number): ReadonlySet<number> {
	return new Set(Array.from({ length: 2 ** 16 }, (_, word) => count + textbookLaplace(word)));
}

describe('the low bits of a noised count', () => {
	it('teeth: of doubles, hardly any output is possible for 100 and for 101', () => {
		const one = reachable(100);
		const other = reachable(101);
		const words = inBlocks(seededRandom('textbook'));
		const seen = Array.from({ length: draws }, () => 100 + textbookLaplace(words.word() % 2 ** 16));
		expect(seen.every((value) => one.has(value))).toBe(true);
		// Nearly every single answer says which of the two it was.
		expect(seen.filter((value) => other.has(value)).length).toBeLessThan(draws / 50);
	});

	it('hold: every number that is drawn is an integer, and every one near zero is met on both sides', () => {
		const plan = { epsilonMicros: 500_000, l1Sensitivity: 1, hospitals: 3 };
		const seen = drawNoise(draws, plan, seededRandom('exact'));
		expect(seen.every((value) => typeof value === 'bigint')).toBe(true);
		for (let value = -5n; value <= 5n; value += 1n) expect(seen).toContain(value);
	});

	it('hold: so is every number of an answer', async () => {
		const hospitals = ['north', 'east', 'south', 'west'].map((name) => crowd(name, 7));
		const network: AskedNetwork = { hospitals, random: seededRandom('answer'), defence: 'noised' };
		const table = { table: { rows: { element: 'sex' }, columns: { gene: { symbol: 'IDH1' } } } };
		for (const epsilon of [0.01, 0.1, 0.7, 0.333333, 10]) {
			const cells = await askPatients(network, counting({ gene: { symbol: 'IDH1' } }, epsilon, table));
			expect(cells.every(Number.isSafeInteger)).toBe(true);
		}
	});
});
