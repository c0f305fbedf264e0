// Days and ages from FHIR dates.

import { describe, expect, it } from 'vitest';
import { ageInYears, dayOfFhirDate } from './fhir-day.ts';

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

describe('dayOfFhirDate', () => {
	it.each<[unknown, number | null]>([
		['2024-03-01', day('2024-03-01')],
		['2024-03-01T23:30:00-05:00', day('2024-03-01')],
		['1969-12-31', -1],
		['2024-03', null],
		['2024', null],
		['2024-02-30', null],
		['2024-03-01T99:00:00Z', null],
		[undefined, null],
	])('%j', (value, expected) => {
		expect(dayOfFhirDate(value)).toBe(expected);
	});
});

describe('ageInYears', () => {
	const on = day('2025-06-15');
	it.each<[unknown, number | null]>([
		['1980-06-15', 45],
		['1980-06-16', 44],
		['1980-06', 44],
		['1980-05', 45],
		['1980', 44],
		['2025', 0],
		['2025-06-15', 0],
		['1935-06-15', 90],
		['1900', 90],
		['2004-02-29', 21],
		['2025-06-16', null],
		['2026', null],
		['1980-06-15T00:00:00Z', null],
		['unknown', null],
		[1980, null],
	])('born %j', (birthDate, expected) => {
		expect(ageInYears(birthDate, on)).toBe(expected);
	});
});
