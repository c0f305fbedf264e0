// Which units convert to which, and by how much.

import { describe, expect, it } from 'vitest';
import { convertUnit, isKnownUnit, unitsLike } from './units.ts';

describe('convertUnit', () => {
	it.each<[number, string, string, number]>([
		[35_000, 'mm3', 'mL', 35],
		[12_500, 'uL', 'cm3', 12.5],
		[12.5, 'cm3', 'mL', 12.5],
		[3, 'dL', 'mL', 300],
		[0.3, 'L', 'mL', 300],
		[1.7, 'cm', 'mm', 17],
		[0.015, 'm', 'mm', 15],
		[250, 'um', 'mm', 0.25],
		[150, 'mm2', 'cm2', 1.5],
		[36, 'h', 'd', 1.5],
		[2, 'wk', 'd', 14],
		[12, 'mo', 'd', 365.25],
		[730.5, 'd', 'a', 2],
		[12, 'mo', 'a', 1],
		[70, 'kg', 'g', 70_000],
		[25, '%', '1', 0.25],
		[0.07, '1', '%', 7],
		[0.29, '1', '%', 29],
		[3, '{score}', '{score}', 3],
	])('turns %d %s to %s into exactly %d', (value, from, to, expected) => {
		expect(convertUnit(value, from, to)).toBe(expected);
	});

	it('keeps every digit between units of one size', () => {
		expect(convertUnit(1 / 3, 'cm3', 'mL')).toBe(1 / 3);
		expect(convertUnit(1 / 3, 'mL', 'mL')).toBe(1 / 3);
	});

	it.each([
		['mL', 'mm'],
		['d', 'mL'],
		['mm2', 'mm'],
		['kg', 'L'],
		['ML', 'mL'],
		['years', 'a'],
		['', '1'],
		['toString', 'mL'],
		['constructor', 'mL'],
	])('does not turn %s into %s', (from, to) => {
		expect(convertUnit(1, from, to)).toBeNull();
	});
});

describe('isKnownUnit', () => {
	it.each([
		['dL', true],
		['mm2', true],
		['[HU]', false],
		['CM3', false],
		['constructor', false],
	])('says of %s %s', (unit, expected) => {
		expect(isKnownUnit(unit)).toBe(expected);
	});
});

describe('unitsLike', () => {
	it('lists what converts, and the unit itself where nothing does', () => {
		expect(unitsLike('d')).toEqual(['h', 'd', 'wk', 'mo', 'a']);
		expect(unitsLike('{score}')).toEqual(['{score}']);
	});
});
