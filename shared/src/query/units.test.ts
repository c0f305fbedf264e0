// Which units convert to which, and by how much.

import { describe, expect, it } from 'vitest';
import { convertUnit, unitsLike } from './units.ts';

describe('convertUnit', () => {
	it.each<[number, string, string, number]>([
		[35_000, 'mm3', 'mL', 35],
		[35, 'cm3', 'mL', 35],
		[0.035, 'L', 'mL', 35],
		[1.5, 'cm', 'mm', 15],
		[0.015, 'm', 'mm', 15],
		[2, 'wk', 'd', 14],
		[12, 'mo', 'd', 365.25],
		[730.5, 'd', 'a', 2],
		[12, 'mo', 'a', 1],
		[25, '%', '1', 0.25],
		[0.07, '1', '%', 7],
		[3, '{score}', '{score}', 3],
	])('turns %d %s to %s into %d', (value, from, to, expected) => {
		expect(convertUnit(value, from, to)).toBeCloseTo(expected, 12);
	});

	it.each([
		['mL', 'mm'],
		['d', 'mL'],
		['ML', 'mL'],
		['years', 'a'],
		['toString', 'mL'],
	])('does not turn %s into %s', (from, to) => {
		expect(convertUnit(1, from, to)).toBeNull();
	});
});

describe('unitsLike', () => {
	it('lists what converts, and the unit itself where nothing does', () => {
		expect(unitsLike('d')).toEqual(['d', 'wk', 'mo', 'a']);
		expect(unitsLike('{score}')).toEqual(['{score}']);
	});
});
