// What a FHIR date of each precision spans.

import { describe, expect, it } from 'vitest';
import { spanOfDate } from './partial-date.ts';

const ms = (text: string): number => Date.parse(text);

describe('spanOfDate', () => {
	it.each([
		['2024', '2024-01-01T00:00:00.000Z', '2024-12-31T23:59:59.999Z'],
		['2024-02', '2024-02-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
		['2023-12', '2023-12-01T00:00:00.000Z', '2023-12-31T23:59:59.999Z'],
		['2024-12-31', '2024-12-31T00:00:00.000Z', '2024-12-31T23:59:59.999Z'],
		['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z', '2024-05-06T07:08:09.000Z'],
		['2024-05-06T07:08:09.123+02:00', '2024-05-06T05:08:09.123Z', '2024-05-06T05:08:09.123Z'],
		['0099-01-01', '0099-01-01T00:00:00.000Z', '0099-01-01T23:59:59.999Z'],
	])('spans all of %s', (text, first, last) => {
		expect(spanOfDate(text)).toEqual({ firstMs: ms(first), lastMs: ms(last) });
	});

	it.each([
		'2023-02-29',
		'2024-13',
		'2024-00-01',
		'2024-1-1',
		'2024-05-06T07:08:09',
		'2024-05-06T24:00:00Z',
		'2023-02-30T00:00:00Z',
		'today',
		'',
		' 2024',
		20240101,
		null,
	])('refuses %j', (value) => {
		expect(spanOfDate(value)).toBeNull();
	});
});
