import { describe, expect, it } from 'vitest';
import { ageAt, dayOf, dicomDate, isoDate } from './study-days.ts';

describe('study days', () => {
	it('turn into ISO and DICOM dates and back', () => {
		expect(dayOf('1970-01-02')).toBe(1);
		expect(isoDate(dayOf('2020-02-29'))).toBe('2020-02-29');
		expect(dicomDate(dayOf('2020-02-29'))).toBe('20200229');
	});

	it('count whole years up to the day before the birthday', () => {
		const birth = dayOf('1960-06-15');
		expect(ageAt(birth, dayOf('2020-06-14'))).toBe(59);
		expect(ageAt(birth, dayOf('2020-06-15'))).toBe(60);
	});
});
