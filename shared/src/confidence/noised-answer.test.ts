import { describe, expect, it } from 'vitest';
import { noiseQuantile } from '../noise/noise-quantile.ts';
import { mergeSafeCounts } from '../numbers/merged-count.ts';
import type { MergedCount } from '../numbers/numbers.ts';
import { countPatients } from '../numbers/raw-count.ts';
import { addNoise } from '../numbers/safe-count.ts';
import type { Plan } from '../plan/plan.ts';
import { type NoisedAnswer, noisedAnswer, noiseReach } from './noised-answer.ts';

const spread = { epsilonMicros: 500_000, l1Sensitivity: 1, hospitals: 2, contributors: 3 };
const bound = noiseQuantile(spread, 0.05);

function planOf(...categories: readonly (readonly string[])[]): Plan {
	return {
		askKind: categories.length === 0 ? 'count' : 'table',
		cohort: { all: [] },
		variables: categories.map((names) => ({ variable: { element: 'sex' }, categories: names })),
		cells: categories.reduce<readonly (readonly string[])[]>(
			(cells, names) => cells.flatMap((cell) => names.map((name) => [...cell, name])),
			[[]],
		),
		dataClasses: [],
		l1Sensitivity: 1,
		mechanism: 'noised',
		epsilonMicros: 500_000,
	};
}

function merged(...values: readonly bigint[]): readonly MergedCount[] {
	return mergeSafeCounts([values.map((value) => addNoise(countPatients(0), value))]);
}

function answerOf(plan: Plan, ...values: readonly bigint[]): NoisedAnswer {
	const answer = noisedAnswer(plan, merged(...values), spread);
	if (!answer.ok) throw new Error(answer.error);
	return answer.value;
}

describe('noisedAnswer', () => {
	it('gives a count with its interval and no margin', () => {
		const cells = [{ key: [], value: 40, interval: [40 - bound, 40 + bound], raw: 40 }];
		expect(answerOf(planOf(), 40n)).toEqual({ cells, margins: [] });
	});

	it('gives margins of values that add up, of raw numbers that add up, and an interval of their own noise', () => {
		const plan = planOf(['a', 'b'], ['x', 'y']);
		const { cells, margins } = answerOf(plan, 50n, -6n, 30n, 20n);
		expect(cells.map(({ value }) => value)).toEqual([48, 0, 28, 18]);
		expect(cells.map(({ raw }) => raw)).toEqual([50, -6, 30, 20]);
		expect(margins.map(({ key, value, raw }) => [key, value, raw])).toEqual([
			[['a', null], 48, 44],
			[['b', null], 46, 50],
			[[null, 'x'], 76, 80],
			[[null, 'y'], 18, 14],
			[[null, null], 94, 94],
		]);
		const two = noiseQuantile({ ...spread, cells: 2 }, 0.05);
		const four = noiseQuantile({ ...spread, cells: 4 }, 0.05);
		expect(margins[1]?.interval).toEqual([50 - two, 50 + two]);
		expect(margins[4]?.interval).toEqual([94 - four, 94 + four]);
		expect(bound < two && two < four && four < 4 * bound).toBe(true);
	});

	it('adds up in every margin of three variables', () => {
		const plan = planOf(['a', 'b'], ['x', 'y'], ['0', '1']);
		const { cells, margins } = answerOf(plan, 9n, -4n, 3n, 0n, 12n, -1n, 7n, 5n);
		expect(margins).toHaveLength(3 * 4 + 3 * 2 + 1);
		for (const { key, value, raw } of margins) {
			const parts = cells.filter((cell) => key.every((one, at) => one === null || one === cell.key[at]));
			expect(parts.reduce((sum, cell) => sum + cell.value, 0)).toBe(value);
			expect(parts.reduce((sum, cell) => sum + cell.raw, 0)).toBe(raw);
		}
	});

	it('widens an interval to the value that fitting has moved out of it', () => {
		const empty = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 12n : -12n));
		const plan = planOf(Array.from({ length: 41 }, (_, at) => String(at)));
		const { cells, margins } = answerOf(plan, 500n, ...empty);
		expect(cells[0]).toMatchObject({ raw: 500, interval: [cells[0]?.value, 500 + bound] });
		expect(cells[0]?.value).toBeLessThan(500 - bound);
		expect(margins).toMatchObject([{ key: [null], value: 500, raw: 500 }]);
	});

	it('never shows less than nobody, in an interval neither', () => {
		expect(answerOf(planOf(), -5000n).cells).toEqual([{ key: [], value: 0, interval: [0, 0], raw: -5000 }]);
	});

	it.each([1_000_000_000_001n, -1_000_000_000_001n])('finds %d implausible', (sum) => {
		expect(noisedAnswer(planOf(), merged(sum), spread)).toEqual({ ok: false, error: 'implausible-sum' });
	});

	it('throws where cells are not those of the plan or of its variables', () => {
		const plan = planOf(['a', 'b']);
		expect(() => answerOf(plan, 1n)).toThrow('do not fit');
		expect(() => answerOf({ ...plan, variables: [] }, 1n, 2n)).toThrow('do not fit');
	});
});

describe('noiseReach', () => {
	it('says how far one cell is from the truth at most, but for 5 % and for one in a million', () => {
		expect(noiseReach(spread)).toEqual({
			hospitals: 2,
			contributors: 3,
			bound95: bound,
			bound1e6: noiseQuantile(spread, 1e-6),
		});
	});
});
