import { describe, expect, it } from 'vitest';
import { fitCells } from './fit-cells.ts';

describe('fitCells', () => {
	it.each<[string, readonly number[], readonly number[]]>([
		['leaves a table alone that could be one', [3, 0, 8], [3, 0, 8]],
		['takes from the others what is cut off below zero, in equal parts', [10, 20, -4], [8, 18, 0]],
		['gives the larger cell the larger part where halves are not whole', [10, 20, -3], [8, 19, 0]],
		['gives the earlier of equal cells the larger part', [10, 10, -3], [9, 8, 0]],
		['cuts off a small cell that its own part would take below zero', [10, 1, -3], [8, 0, 0]],
		['shows nobody where the total is negative', [4, -9], [0, 0]],
		['shows nobody where the total is 0', [4, -4], [0, 0]],
		['has nothing to do with no cells', [], []],
	])('%s', (_what, raw, fitted) => {
		expect(fitCells(raw)).toEqual(fitted);
	});

	it.each([[[0.5]], [[Number.NaN]], [[2 ** 53]], [[2 ** 53 - 1, 1]], [[2 ** 53 - 1, 1, -1]]])(
		'throws for %j',
		(raw) => {
			expect(() => fitCells(raw)).toThrow('integers whose sum is exact');
		},
	);
});
