import { describe, expect, it } from 'vitest';
import { epochOf } from './epoch-of.ts';

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
