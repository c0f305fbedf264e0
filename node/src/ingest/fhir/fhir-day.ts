// Turns FHIR dates into the day numbers and whole years that facts carry.

import { spanOfDate } from '../../consent/partial-date.ts';

const dayMs = 86_400_000;
const wholeDate = /^\d{4}-\d{2}-\d{2}(?:T|$)/;

/**
 * Days from 1970-01-01 of the calendar day as written, whatever its time zone: it is the hospital's own day.
 * null for a date without a day, which no selection rule could order.
 */
export function dayOfFhirDate(value: unknown): number | null {
	if (typeof value !== 'string' || !wholeDate.test(value) || spanOfDate(value) === null) return null;
	const span = spanOfDate(value.slice(0, 10));
	return span === null ? null : span.firstMs / dayMs;
}

/**
 * Whole years from a birth date to a day. A birth date without month or day counts from the last day it may
 * mean: the years are those that have certainly passed.
 *
 * Units   years, 90 and over as 90; `onDay` days from 1970-01-01.
 * Errors  null: no date, or a birth after that day.
 */
export function ageInYears(birthDate: unknown, onDay: number): number | null {
	if (typeof birthDate !== 'string' || birthDate.includes('T')) return null;
	const span = spanOfDate(birthDate);
	if (span === null) return null;
	const born = new Date(span.lastMs);
	const on = new Date(onDay * dayMs);
	const isBeforeBirthday =
		on.getUTCMonth() < born.getUTCMonth() ||
		(on.getUTCMonth() === born.getUTCMonth() && on.getUTCDate() < born.getUTCDate());
	const years = on.getUTCFullYear() - born.getUTCFullYear() - (isBeforeBirthday ? 1 : 0);
	// Born this year, the day unknown: the span's last day may lie ahead.
	if (years < 0) return span.firstMs <= onDay * dayMs ? 0 : null;
	return Math.min(years, 90);
}
