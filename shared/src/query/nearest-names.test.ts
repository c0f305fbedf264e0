// Which names a misspelling is answered with.

import { describe, expect, it } from 'vitest';
import { nearestNames } from './nearest-names.ts';

const elements = ['age', 'sex', 'tumor-volume', 'mgmt-methylation', 'coronary-calcium', 'survival-days'];

describe('nearestNames', () => {
	it.each<[string, readonly string[], string]>([
		['tumour-volume', elements, 'tumor-volume'],
		['TumorVolume', elements, 'tumor-volume'],
		['tumor volume', elements, 'tumor-volume'],
		['mgmt', elements, 'mgmt-methylation'],
		['survival', elements, 'survival-days'],
		['missense', ['missense_variant', 'stop_gained'], 'missense_variant'],
		['IDH', ['EGFR', 'IDH1', 'IDH2'], 'IDH1'],
		['MRI', ['CT', 'MR'], 'MR'],
		['C71.99', ['C71', 'C71.1', 'C71.9'], 'C71.9'],
	])('answers %s with the right name first', (typed, names, expected) => {
		expect(nearestNames(typed, names)[0]).toBe(expected);
	});

	it('says nothing where nothing is near', () => {
		expect(nearestNames('haemoglobin', elements)).toEqual([]);
		expect(nearestNames('', elements)).toEqual([]);
		expect(nearestNames('QZ', ['MR', 'CT'])).toEqual([]);
	});

	it('gives at most three, the nearest first, ties in the order of the alphabet', () => {
		expect(nearestNames('ab', ['abcd', 'ac', 'aa', 'abc', 'ad'])).toEqual(['aa', 'abc', 'ac']);
	});

	it('looks at the first 64 characters of a long text only', () => {
		expect(nearestNames('a'.repeat(100_000), ['a'.repeat(60)])).toEqual(['a'.repeat(60)]);
	});
});
