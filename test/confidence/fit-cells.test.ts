import { fitCells } from '@cordon/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function distance(one: readonly number[], other: readonly number[]): number {
	return sumOf(one.map((value, at) => (value - (other[at] ?? 0)) ** 2));
}

/** Every way to put `total` patients into so many cells. */
function tablesOf(cells: number, total: number): readonly (readonly number[])[] {
	if (cells === 1) return [[total]];
	return Array.from({ length: total + 1 }, (_, first) => first).flatMap((first) =>
		tablesOf(cells - 1, total - first).map((rest) => [first, ...rest]),
	);
}

describe('fitCells', () => {
	it('finds the nearest of all tables with that total, counted out one by one', () => {
		const raw = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 4 });
		fc.assert(
			fc.property(raw, (noised) => {
				const fitted = fitCells(noised);
				const total = Math.max(0, sumOf(noised));
				const least = Math.min(...tablesOf(noised.length, total).map((table) => distance(table, noised)));
				expect(sumOf(fitted)).toBe(total);
				expect(Math.min(...fitted)).toBeGreaterThanOrEqual(0);
				expect(distance(fitted, noised)).toBe(least);
			}),
			{ seed: 20_261_123, numRuns: 500 },
		);
	});

	it('keeps total, order and sign of large tables, and changes nothing that it has changed already', () => {
		const raw = fc.array(fc.integer({ min: -1_000_000, max: 10_000_000 }), { maxLength: 600 });
		fc.assert(
			fc.property(raw, (noised) => {
				const fitted = fitCells(noised);
				expect(sumOf(fitted)).toBe(Math.max(0, sumOf(noised)));
				expect(fitted.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
				expect(fitCells(fitted)).toEqual(fitted);
				const pairs = noised.map((value, at) => [value, fitted[at] ?? 0] as const);
				const ordered = pairs.toSorted(([a, x], [b, y]) => a - b || x - y).map(([, value]) => value);
				expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
			}),
			{ seed: 20_261_123, numRuns: 200 },
		);
	});
});
