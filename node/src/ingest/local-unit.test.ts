import { convertUnit } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { ucumOf } from './local-unit.ts';
import { emptyMapping } from './mapping.ts';
import { tumorVolume } from './sample-vocabulary.ts';
import { createVocabulary } from './vocabulary.ts';

describe('ucumOf', () => {
	it.each([
		['', '1'],
		[' ', '1'],
		['{no units}', '1'],
		['[no_units]', '1'],
		['{ratio}', '1'],
		[' mL ', 'mL'],
		['%', '%'],
		['[HU]', '[HU]'],
	])('reads "%s" as %s', (local, expected) => {
		expect(ucumOf(local)).toBe(expected);
	});

	it('makes of a ratio without a unit a percentage', () => {
		expect(convertUnit(0.25, ucumOf('{no units}'), '%')).toBe(25);
	});
});

describe('createVocabulary: number', () => {
	const ratio = { ...tumorVolume, id: 'fraction', unit: '%' };
	const age = { ...tumorVolume, id: 'age', unit: 'a', bounds: [0, 90] as const };
	const { number } = createVocabulary(emptyMapping, {
		cordon: 1,
		id: 'd',
		version: '1',
		elements: [tumorVolume, ratio, age],
		conditions: [],
		genes: [],
		modalities: [],
		bodyParts: [],
		consequences: [],
		significances: [],
		assemblies: [],
	});

	it.each([
		[tumorVolume, 1_500, 'mm3', 1.5],
		[tumorVolume, 12.5, ' cm3 ', 12.5],
		[tumorVolume, 12.5, null, 12.5],
		[ratio, 0.07, '', 7],
		[age, 400, 'd', 1],
		[age, 95, 'a', 90],
	])('brings a value of %o into its unit: %d %s is %d', (element, raw, unit, expected) => {
		expect(number(element, raw, unit)).toBe(expected);
	});

	it.each([
		[1, 'CM3'],
		[1, ''],
		[Number.NaN, 'mL'],
	])('gives no value for %d "%s"', (raw, unit) => {
		expect(number(tumorVolume, raw, unit)).toBeNull();
	});
});
