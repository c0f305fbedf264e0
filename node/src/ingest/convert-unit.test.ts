import { describe, expect, it } from 'vitest';
import { convertUnit } from './convert-unit.ts';

describe('convertUnit', () => {
	it.each([
		[12.5, 'cm3', 'mL', 12.5],
		[12500, 'mm3', 'mL', 12.5],
		[0.3, 'L', 'mL', 300],
		[1.7, 'cm', 'mm', 17],
		[0.25, '1', '%', 25],
		[25, '%', '1', 0.25],
		[2, 'a', 'd', 730.5],
		[3, 'wk', 'd', 21],
		[12, 'mo', 'a', 1],
		[4, '{no units}', '1', 4],
		[7, '[HU]', '[HU]', 7],
	])('turns %d %s to %s: %d', (value, from, to, expected) => {
		expect(convertUnit(value, from, to)).toBe(expected);
	});

	it.each([
		['mm', 'mL'],
		['[HU]', 'mm'],
		['CM3', 'mL'],
		['constructor', 'mL'],
	])('gives null from %s to %s', (from, to) => {
		expect(convertUnit(1, from, to)).toBeNull();
	});
});
