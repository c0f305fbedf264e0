// Whether the intervals of cells and margins hold the truth as often as they say, in simulated networks.

import {
	addNoise,
	countPatients,
	drawNoise,
	mergeSafeCounts,
	type NoisedAnswer,
	type NoisedNumber,
	type NoiseSpread,
	noisedAnswer,
	noiseQuantile,
	type Plan,
	type SafeCount,
} from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';

const tables = 4_000;
/** Two-sided quantile of the normal distribution at 1e-6; the tests have thousands of tables, so it is near enough. */
const sigmas = 4.9;

/** Under this share of `trials`, 95 % intervals are not 95 % intervals, but for one chance in a million. */
function leastShare(trials: number): number {
	return 0.95 - sigmas * Math.sqrt((0.95 * 0.05) / trials);
}

const rows = ['r0', 'r1', 'r2'];
const columns = ['c0', 'c1', 'c2', 'c3'];
/** Empty rows and cells among full ones, so that much is cut off below zero. */
const truth = [0, 0, 0, 0, 140, 3, 0, 25, 7, 60, 1, 0];
const plan: Plan = {
	askKind: 'table',
	cohort: { all: [] },
	variables: [
		{ variable: { element: 'sex' }, categories: rows },
		{ variable: { element: 'grade' }, categories: columns },
	],
	cells: rows.flatMap((row) => columns.map((column) => [row, column])),
	dataClasses: [],
	l1Sensitivity: 1,
	mechanism: 'noised',
	epsilonMicros: 400_000,
};

const spreads: readonly (readonly [string, NoiseSpread])[] = [
	[
		'as many contributors as make one noise',
		{ epsilonMicros: 400_000, l1Sensitivity: 1, hospitals: 3, contributors: 3 },
	],
	['twice as many', { epsilonMicros: 400_000, l1Sensitivity: 2, hospitals: 2, contributors: 4 }],
];

function simulate(spread: NoiseSpread, seed: string): readonly NoisedAnswer[] {
	const random = seededRandom(seed);
	return Array.from({ length: tables }, () => {
		const vectors = Array.from({ length: spread.contributors }, (_, hospital): readonly SafeCount[] =>
			drawNoise(truth.length, spread, random).map((noise, cell) =>
				addNoise(countPatients(hospital === 0 ? (truth[cell] ?? 0) : 0), noise),
			),
		);
		const answer = noisedAnswer(plan, mergeSafeCounts(vectors), spread);
		if (!answer.ok) throw new Error(answer.error);
		return answer.value;
	});
}

function trueSum(key: readonly (string | null)[]): number {
	return plan.cells.reduce(
		(sum, cell, at) =>
			key.every((one, i) => one === null || one === cell[i]) ? sum + (truth[at] ?? 0) : sum,
		0,
	);
}

/** Share of tables in which `holds` is true, for each cell and margin apart. */
function shares(
	answers: readonly NoisedAnswer[],
	holds: (shown: NoisedNumber, sum: number) => boolean,
): ReadonlyMap<string, number> {
	const held = new Map<string, number>();
	for (const { cells, margins } of answers) {
		for (const shown of [...cells, ...margins]) {
			const name = JSON.stringify(shown.key);
			const one = holds(shown, trueSum(shown.key)) ? 1 / answers.length : 0;
			held.set(name, (held.get(name) ?? 0) + one);
		}
	}
	return held;
}

describe.each(spreads)('intervals of 95 %%, %s', (_, spread) => {
	const answers = simulate(spread, `coverage/${spread.contributors}`);

	it('hold the truth in at least 95 % of tables, for each cell and each margin', () => {
		const held = shares(answers, ({ interval: [low, high] }, sum) => low <= sum && sum <= high);
		expect(held.size).toBe(12 + 3 + 4 + 1);
		for (const [key, share] of held) expect([key, share >= leastShare(tables)]).toEqual([key, true]);
	});

	it('would not, were a margin as inexact as a cell', () => {
		const bound = noiseQuantile(spread, 0.05);
		const held = shares(answers, ({ raw }, sum) => Math.abs(raw - sum) <= bound);
		for (const [key, share] of held)
			expect([key, share >= leastShare(tables)]).toEqual([key, !key.includes('null')]);
	});

	it('show no cell below zero, and cells that add up to the margins shown', () => {
		for (const { cells, margins } of answers) {
			expect(cells.every(({ value }) => value >= 0)).toBe(true);
			for (const { key, value, interval } of margins) {
				const parts = cells.filter((cell) => key.every((one, at) => one === null || one === cell.key[at]));
				expect(parts.reduce((sum, cell) => sum + cell.value, 0)).toBe(value);
				expect(interval[0] <= value && value <= interval[1]).toBe(true);
			}
		}
	});
});
