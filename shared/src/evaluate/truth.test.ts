// Kleene's truth tables, written out in full.

import { describe, expect, it } from 'vitest';
import { allOf, anyOf, notOf, type Truth } from './truth.ts';

const rows: readonly (readonly [Truth, Truth, Truth, Truth])[] = [
	// one, other, all, any
	[true, true, true, true],
	[true, null, null, true],
	[true, false, false, true],
	[null, true, null, true],
	[null, null, null, null],
	[null, false, false, null],
	[false, true, false, true],
	[false, null, false, null],
	[false, false, false, false],
];

describe('truth', () => {
	it.each(rows)('%s with %s is %s for all and %s for any', (one, other, all, any) => {
		expect(allOf([one, other])).toBe(all);
		expect(anyOf([one, other])).toBe(any);
	});

	it.each<[Truth, Truth]>([
		[true, false],
		[null, null],
		[false, true],
	])('not %s is %s', (truth, expected) => {
		expect(notOf(truth)).toBe(expected);
	});

	it('is true for all of none and false for any of none', () => {
		expect(allOf([])).toBe(true);
		expect(anyOf([])).toBe(false);
	});
});
