import { describe, expect, it } from 'vitest';
import { isFeasibleMove, isProtected } from './feasible-move.ts';
import { marginFacts } from './published-facts.ts';

const cells = [3, 40, 50, 60].map((count) => ({ atLeast: BigInt(count), hiddenByHospital: false }));
const table = { cells, facts: marginFacts([2, 2]) };
const all = [true, true, true, true];

describe('isFeasibleMove', () => {
	it('takes a move that keeps both margins', () => {
		expect(isFeasibleMove(table, all, [8, -8, -8, 8])).toBe(true);
		expect(isFeasibleMove(table, all, [-3, 3, 3, -3])).toBe(true);
	});

	it.each([
		['takes a cell below zero', [-4, 4, 4, -4]],
		['changes a row', [1, 0, -1, 0]],
		['changes a column', [1, -1, 0, 0]],
		['has half patients', [0.5, -0.5, -0.5, 0.5]],
		['is beyond what sums exactly', [2 ** 41, -(2 ** 41), -(2 ** 41), 2 ** 41]],
		['is no number', [Number.NaN, Number.NaN, Number.NaN, Number.NaN]],
		['has a cell less', [8, -8, -8]],
	])('refuses a move that %s', (_, move) => {
		expect(isFeasibleMove(table, all, move)).toBe(false);
	});

	it('refuses a move that changes a shown cell', () => {
		expect(isFeasibleMove(table, [true, true, true, false], [8, -8, -8, 8])).toBe(false);
	});

	it('takes nothing from a cell whose sum a lying hospital made negative', () => {
		const lying = { ...table, cells: [{ atLeast: -50n, hiddenByHospital: false }, ...cells.slice(1)] };
		expect(isFeasibleMove(lying, all, [-1, 1, 1, -1])).toBe(false);
		expect(isFeasibleMove(lying, all, [1, -1, -1, 1])).toBe(true);
	});

	it('keeps a cell the sum of its parts', () => {
		const facts = [{ plus: [0, 1], minus: [2] }];
		expect(isFeasibleMove({ cells, facts }, all, [5, -2, 3, 0])).toBe(true);
		expect(isFeasibleMove({ cells, facts }, all, [5, -2, 2, 0])).toBe(false);
	});
});

describe('isProtected', () => {
	it('passes a width of k and not of k less one', () => {
		const moves = [
			[8, -8, -8, 8],
			[-3, 3, 3, -3],
		];
		expect(isProtected(table, { hidden: all, k: 11 }, moves)).toBe(true);
		expect(isProtected(table, { hidden: all, k: 12 }, moves)).toBe(false);
	});

	it('passes nothing where a single move is wrong', () => {
		const moves = [
			[80, -80, -80, 80],
			[8, -8, -8, 8],
			[-3, 3, 3, -3],
		];
		expect(isProtected(table, { hidden: all, k: 11 }, moves)).toBe(false);
	});

	it('passes no hidden cell without moves, and a table without hidden cells', () => {
		expect(isProtected(table, { hidden: [true, false, false, false], k: 2 }, [])).toBe(false);
		expect(isProtected(table, { hidden: [false, false, false, false], k: 2 }, [])).toBe(true);
		expect(isProtected(table, { hidden: [], k: 2 }, [])).toBe(false);
	});
});
