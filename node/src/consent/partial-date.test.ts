// What a FHIR date of each precision spans.

import { describe, expect, it } from 'vitest';
import { beginningOf, endOf, spanOfDate } from './partial-date.ts';

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
		'2024-05-06T07:08:09+14:01',
		'0000-01-01',
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

describe('beginningOf and endOf', () => {
	it('take a date of any zone from its first moment in the east to its last in the west', () => {
		const [firstMs, lastMs] = [ms('2024-02-28T10:00:00Z'), ms('2024-03-01T11:59:59.999Z')];
		expect(beginningOf('2024-02-29')).toEqual({ firstMs, lastMs });
		expect(endOf('2024-02-29')).toEqual({ firstMs: ms('2024-02-29T09:59:59.999Z'), lastMs });
	});

	it('take an instant as it is', () => {
		const at = ms('2024-05-06T05:08:09Z');
		expect(beginningOf('2024-05-06T07:08:09+02:00')).toEqual({ firstMs: at, lastMs: at });
		expect(endOf('2024-05-06T07:08:09+02:00')).toEqual({ firstMs: at, lastMs: at });
	});

	it('refuse what is no date', () => {
		expect(beginningOf(undefined)).toBeNull();
		expect(endOf('never')).toBeNull();
	});
});
