// DICOM dates as day numbers.

import { describe, expect, it } from 'vitest';
import { dayOfDate } from './day-of-date.ts';

describe('dayOfDate', () => {
	it.each<[string | undefined, number | null]>([
		['19700101', 0],
		['19700102 ', 1],
		['1969.12.31', -1],
		['20240229', 19_782],
		['20230229', null],
		['20241301', null],
		['2024-02-01', null],
		['20240101-20240201', null],
		['', null],
		[undefined, null],
	])('%j', (text, expected) => {
		expect(dayOfDate(text)).toBe(expected);
	});
});
