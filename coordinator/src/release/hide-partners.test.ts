import { describe, expect, it } from 'vitest';
import { narrowestInterval } from '../testing/feasible-interval.ts';
import { hidePartners } from './hide-partners.ts';
import { type ExactCell, hideSmallCells } from './hide-small-cells.ts';

const shown = (counts: readonly number[]): readonly ExactCell[] =>
	counts.map((count) => ({ atLeast: BigInt(count), hiddenByHospital: false }));

function suppress(counts: readonly number[], shape: readonly number[], k: number): readonly boolean[] {
	const cells = shown(counts);
	return hidePartners({ cells, hidden: hideSmallCells(cells, k), k }, shape);
}

describe('hideSmallCells', () => {
	it('hides a cell of 9 and shows one of 10 when k is 10', () => {
		expect(hideSmallCells(shown([9, 10]), 10)).toEqual([true, false]);
	});

	it('hides a zero, because that nobody is there is a fact too', () => {
		expect(hideSmallCells(shown([0, 11]), 11)).toEqual([true, false]);
	});

	it('hides nothing when k is 1', () => {
		expect(hideSmallCells(shown([0, 1]), 1)).toEqual([false, false]);
	});

	it('hides a cell that a hospital hid, however many the others count', () => {
		expect(hideSmallCells([{ atLeast: 500n, hiddenByHospital: true }], 2)).toEqual([true]);
	});

	it.each([0, -1, 2.5, Number.NaN])('throws where k is %d', (k) => {
		expect(() => hideSmallCells(shown([1]), k)).toThrow('positive integer');
	});
});

describe('hidePartners in a list', () => {
	it('leaves a list alone in which nothing is hidden', () => {
		expect(suppress([20, 30, 40], [3], 11)).toEqual([false, false, false]);
	});

	it('hides the smallest shown cell beside a single hidden one', () => {
		expect(suppress([3, 40, 20], [3], 11)).toEqual([true, false, true]);
	});

	it('leaves two hidden cells whose sum reaches k', () => {
		expect(suppress([5, 6, 20], [3], 11)).toEqual([true, true, false]);
	});

	it('hides a third where two hidden cells sum to less than k', () => {
		expect(suppress([0, 2, 20, 30], [4], 11)).toEqual([true, true, true, false]);
	});

	it('hides everything where no partner is left', () => {
		expect(suppress([1, 2], [2], 11)).toEqual([true, true]);
		expect(suppress([4], [1], 11)).toEqual([true]);
	});

	it('counts a negative sum of a lying hospital as nothing', () => {
		expect(suppress([-500, 12, 20], [3], 11)).toEqual([true, true, false]);
	});
});

describe('hidePartners in a table', () => {
	it('hides a rectangle around one small cell', () => {
		expect(suppress([3, 40, 50, 60], [2, 2], 11)).toEqual([true, true, true, true]);
	});

	it('chooses the rectangle that hides the fewest patients besides', () => {
		const counts = [5, 90, 20, 90, 90, 90, 15, 90, 12];
		expect(suppress(counts, [3, 3], 11)).toEqual([true, false, true, false, false, false, true, false, true]);
	});

	it('hides the whole table where no rectangle is wide enough', () => {
		expect(suppress([0, 0, 0, 12], [2, 2], 11)).toEqual([true, true, true, true]);
	});

	it('hides the whole of a table with one column, in which there is no rectangle', () => {
		expect(suppress([3, 40, 50], [3, 1], 11)).toEqual([true, true, true]);
	});

	it('throws where cells and shape disagree, and on three variables', () => {
		expect(() => suppress([1, 2, 3], [2, 2], 11)).toThrow('shape');
		expect(() => suppress([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2], 11)).toThrow('shape');
	});
});

// Numerical Recipes' quick generator: the same small tables in every run.
function* smallNumbers(seed: number): Generator<number, never> {
	let state = seed >>> 0;
	for (;;) {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		yield state >>> 8;
	}
}

describe('every hidden cell, for whoever knows all margins and what is shown', () => {
	const cases = [
		{ shape: [4], k: 3, most: 6 },
		{ shape: [5], k: 4, most: 9 },
		{ shape: [2, 3], k: 3, most: 6 },
		{ shape: [3, 3], k: 2, most: 4 },
		{ shape: [3, 3], k: 3, most: 5 },
		{ shape: [3, 4], k: 2, most: 4 },
	];

	it.each(cases)('is feasible over at least k in $shape tables, k $k', ({ shape, k, most }) => {
		const numbers = smallNumbers(shape.length * 1000 + k * 10 + most);
		const size = shape.reduce((product, length) => product * length, 1);
		let partlyHidden = 0;
		for (let table = 0; table < 150; table += 1) {
			const counts = Array.from({ length: size }, () => numbers.next().value % (most + 1));
			const hidden = suppress(counts, shape, k);
			expect(counts.every((count, at) => count >= k || hidden[at] === true)).toBe(true);
			// Where everything is hidden nothing is published that margins alone would not tell.
			if (!hidden.includes(true) || !hidden.includes(false)) continue;
			partlyHidden += 1;
			expect(narrowestInterval(counts, hidden, shape)).toBeGreaterThanOrEqual(k);
		}
		expect(partlyHidden).toBeGreaterThan(5);
	});

	it('is narrower than k where only the threshold is applied: the check has teeth', () => {
		const counts = [3, 40, 50, 60];
		const hidden = hideSmallCells(shown(counts), 11);
		expect(narrowestInterval(counts, hidden, [2, 2])).toBe(0);
	});
});
