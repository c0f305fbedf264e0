// Resolves a FHIR date of any precision to the instants it may mean, so that no rule of consent has to guess.

/** Both inclusive, milliseconds since 1970-01-01T00:00:00Z. */
export interface Span {
	readonly firstMs: number;
	readonly lastMs: number;
}

const day = /^(?!0000)(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const instant =
	/^(?!0000)(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))$/;

/** Date.UTC would read the years 0 to 99 as 1900 to 1999, and roll 31 April over into May. */
function utcDay(year: number, month: number, dayOfMonth: number): number | null {
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, dayOfMonth);
	const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth;
	return exists ? date.getTime() : null;
}

function spanOfDay(parts: RegExpExecArray): Span | null {
	const year = Number(parts[1]);
	const month = parts[2] === undefined ? null : Number(parts[2]);
	const dayOfMonth = parts[3] === undefined ? null : Number(parts[3]);
	const firstMs = utcDay(year, month ?? 1, dayOfMonth ?? 1);
	if (firstMs === null) return null;
	const after = new Date(firstMs);
	if (month === null) after.setUTCFullYear(year + 1);
	else if (dayOfMonth === null) after.setUTCMonth(month);
	else after.setUTCDate(dayOfMonth + 1);
	return { firstMs, lastMs: after.getTime() - 1 };
}

const hourMs = 3_600_000;
/** A date is over the earliest in UTC+14 (Kiritimati), and lasts the longest in UTC-12 (Baker Island). */
const zonesMs = { east: 14 * hourMs, west: 12 * hourMs };

/**
 * Shape   the first and the last millisecond of a year, month, day or instant.
 * Units   a date without a time is read in UTC, which is right to a day; see `beginningOf` for consent.
 * Errors  null: not a FHIR date or dateTime, or no day of the calendar.
 * Source  FHIR R4 datatypes, date and dateTime.
 */
export function spanOfDate(value: unknown): Span | null {
	if (typeof value !== 'string') return null;
	const days = day.exec(value);
	if (days !== null) return spanOfDay(days);
	const parts = instant.exec(value);
	if (parts === null || utcDay(Number(parts[1]), Number(parts[2]), Number(parts[3])) === null) return null;
	const ms = Date.parse(value);
	return Number.isFinite(ms) ? { firstMs: ms, lastMs: ms } : null;
}

/** A date without a time has no zone, and is told from an instant by its length. */
function inAnyZone({ firstMs, lastMs }: Span, written: Span): Span {
	if (written.firstMs === written.lastMs) return written;
	return { firstMs: firstMs - zonesMs.east, lastMs: lastMs + zonesMs.west };
}

/**
 * When that begins which begins on a date: not before `firstMs`, surely at `lastMs`.
 *
 * Units   a date without a time is one of any zone: what gives waits for its last moment in UTC-12, what withholds
 *         counts from its first in UTC+14, so that no reading of the record is denied less than it asked.
 * Errors  null as for `spanOfDate`.
 */
export function beginningOf(value: unknown): Span | null {
	const span = spanOfDate(value);
	return span === null ? null : inAnyZone(span, span);
}

/** When that ends which runs through a date: surely not before `firstMs`, not after `lastMs`. Else as `beginningOf`. */
export function endOf(value: unknown): Span | null {
	const span = spanOfDate(value);
	return span === null ? null : inAnyZone({ firstMs: span.lastMs, lastMs: span.lastMs }, span);
}
