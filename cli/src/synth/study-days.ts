// The fixed study period of synthetic networks: every date comes from here, so that no clock is read.

/** Days since 1970-01-01; the first and the last day a patient is diagnosed on. */
export const diagnosisPeriod: { readonly first: number; readonly last: number } = {
	first: dayOf('2016-01-01'),
	last: dayOf('2021-12-31'),
};

/** The last day of follow-up. */
export const lastContactDay: number = dayOf('2024-06-30');

export function dayOf(isoDate: string): number {
	return Date.parse(`${isoDate}T00:00:00Z`) / 86_400_000;
}

/** `2019-04-30`. */
export function isoDate(day: number): string {
	return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** `20190430`, the DA of DICOM. */
export function dicomDate(day: number): string {
	return isoDate(day).replaceAll('-', '');
}

/** Whole years lived at `day`, by the calendar. */
export function ageAt(birthDay: number, day: number): number {
	const [birth, then] = [isoDate(birthDay), isoDate(day)];
	const years = Number(then.slice(0, 4)) - Number(birth.slice(0, 4));
	return then.slice(5) < birth.slice(5) ? years - 1 : years;
}
