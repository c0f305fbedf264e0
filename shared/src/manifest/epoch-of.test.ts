import { describe, expect, it } from 'vitest';
import { epochBefore, epochOf, epochsBetween } from './epoch-of.ts';

describe('epochOf', () => {
	it.each([
		['the first millisecond of a month', Date.UTC(2026, 10, 1), '2026-11', Date.UTC(2026, 10, 1)],
		['the last millisecond of a month', Date.UTC(2026, 11, 1) - 1, '2026-11', Date.UTC(2026, 10, 1)],
		['the last millisecond of a year', Date.UTC(2027, 0, 1) - 1, '2026-12', Date.UTC(2026, 11, 1)],
		['a leap day', Date.UTC(2028, 1, 29, 12), '2028-02', Date.UTC(2028, 1, 1)],
		['the beginning of time', 0, '1970-01', 0],
		['a moment before it', -1, '1969-12', Date.UTC(1969, 11, 1)],
	])('names %s', (_moment, nowMs, label, firstMs) => {
		expect(epochOf(nowMs)).toEqual({ label, firstDay: firstMs / 86_400_000 });
	});

	it.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15])('throws for the moment %d', (nowMs) => {
		expect(() => epochOf(nowMs)).toThrow(RangeError);
	});
});

describe('epochBefore', () => {
	it.each([
		['2026-11', 0, '2026-11'],
		['2026-11', 10, '2026-01'],
		['2026-11', 11, '2025-12'],
		['2026-12', 12, '2025-12'],
		['2026-01', 25, '2023-12'],
	])('goes from %s back by %i', (label, epochs, expected) => {
		expect(epochBefore(label, epochs)).toBe(expected);
		expect(epochsBetween(expected, label)).toBe(epochs);
	});

	it('throws on what is no label', () => {
		expect(() => epochBefore('epoch-1', 1)).toThrow('not the label of an epoch');
	});
});
