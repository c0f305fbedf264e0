import { describe, expect, it } from 'vitest';
import { tableMargins } from './table-margins.ts';

describe('tableMargins', () => {
	it('has none where there is no variable', () => {
		expect(tableMargins([])).toEqual([]);
	});

	it('is the total of one variable', () => {
		expect(tableMargins([3])).toEqual([{ at: [null], cells: [0, 1, 2] }]);
	});

	it('is rows, columns and total of two variables', () => {
		expect(tableMargins([2, 3])).toEqual([
			{ at: [0, null], cells: [0, 1, 2] },
			{ at: [1, null], cells: [3, 4, 5] },
			{ at: [null, 0], cells: [0, 3] },
			{ at: [null, 1], cells: [1, 4] },
			{ at: [null, 2], cells: [2, 5] },
			{ at: [null, null], cells: [0, 1, 2, 3, 4, 5] },
		]);
	});

	it('of three variables has every pair, every one, and the total, each cell once in each', () => {
		const margins = tableMargins([2, 3, 4]);
		expect(margins).toHaveLength(6 + 8 + 12 + 2 + 3 + 4 + 1);
		expect(margins.at(0)).toEqual({ at: [0, 0, null], cells: [0, 1, 2, 3] });
		expect(margins.find(({ at }) => at.join() === ',1,')?.cells).toEqual([4, 5, 6, 7, 16, 17, 18, 19]);
		const ofPattern = (pattern: string): readonly number[] =>
			margins
				.filter(({ at }) => at.map((one) => (one === null ? '-' : 'x')).join('') === pattern)
				.flatMap(({ cells }) => cells)
				.sort((a, b) => a - b);
		for (const pattern of ['xx-', 'x-x', '-xx', 'x--', '-x-', '--x', '---']) {
			expect(ofPattern(pattern)).toEqual(Array.from({ length: 24 }, (_, cell) => cell));
		}
	});
});
