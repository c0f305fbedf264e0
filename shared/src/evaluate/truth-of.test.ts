// When imaging, condition and element facts are true, false and unknown, and how a tree joins them.

import { describe, expect, it } from 'vitest';
import { sampleDictionary } from '../dictionary/sample-dictionary.ts';
import type { Cohort, ElementFact, ImagingFact } from '../query/query.ts';
import type { PatientRecord, SeriesFact } from './patient-record.ts';
import { blank, examined, r132h } from './sample-patient.ts';
import type { Truth } from './truth.ts';
import { truthOf } from './truth-of.ts';

function truth(cohort: Cohort, patient: PatientRecord): Truth {
	return truthOf(cohort, patient, sampleDictionary);
}

const mr: SeriesFact = { modality: 'MR', bodyPart: 'BRAIN', contrast: true };

describe('truthOf an imaging fact', () => {
	const enhanced: ImagingFact = { modality: 'MR', contrast: true };
	it.each<[string, ImagingFact, readonly SeriesFact[], boolean, Truth]>([
		['no examination', enhanced, [], false, null],
		['an examination without series', enhanced, [], true, false],
		['a series that fits', enhanced, [mr], true, true],
		['a series that fits, with no examination on record', enhanced, [mr], false, true],
		['a series of another modality', enhanced, [{ ...mr, modality: 'CT' }], true, false],
		[
			'a series of another modality, no examination on record',
			enhanced,
			[{ ...mr, modality: 'CT' }],
			false,
			null,
		],
		['a series without contrast', enhanced, [{ ...mr, contrast: false }], true, false],
		['a series that is silent on contrast', enhanced, [{ ...mr, contrast: null }], true, null],
		[
			'a series of another modality, silent on contrast',
			enhanced,
			[{ ...mr, modality: 'CT', contrast: null }],
			true,
			false,
		],
		[
			'keys met by two series, by neither alone',
			enhanced,
			[
				{ ...mr, contrast: false },
				{ ...mr, modality: 'CT' },
			],
			true,
			false,
		],
		['a silent series and one that fits', enhanced, [{ ...mr, contrast: null }, mr], true, true],
		[
			'a silent series and one that contradicts',
			enhanced,
			[
				{ ...mr, contrast: null },
				{ ...mr, contrast: false },
			],
			true,
			null,
		],
		['a body part that is silent', { bodyPart: 'BRAIN' }, [{ ...mr, bodyPart: null }], true, null],
		[
			'a body part that contradicts, contrast silent',
			{ bodyPart: 'CHEST', contrast: true },
			[{ ...mr, contrast: null }],
			true,
			false,
		],
		['contrast asked to be absent', { contrast: false }, [{ ...mr, contrast: false }], true, true],
	])('with %s', (_, imaging, series, image, expected) => {
		const patient = { ...blank, examined: { ...blank.examined, image }, series };
		expect(truth({ imaging }, patient)).toBe(expected);
		expect(truth({ imaging }, { ...patient, series: series.toReversed() })).toBe(expected);
	});
});

describe('truthOf a condition', () => {
	it.each<[string, string, readonly string[], boolean, Truth]>([
		['the condition itself', 'C71', ['C71'], true, true],
		['a condition below', 'C71', ['C71.9'], true, true],
		['a condition above', 'C71.9', ['C71'], true, false],
		['a condition beside', 'C71.9', ['C71.1'], true, false],
		['the condition, no clinic on record', 'C71', ['C71'], false, true],
		['no condition', 'C71', [], true, false],
		['no condition, no clinic on record', 'C71', [], false, null],
		['another condition, no clinic on record', 'C71', ['C34'], false, null],
	])('with %s', (_, code, conditions, clinical, expected) => {
		const patient = { ...blank, examined: { ...blank.examined, clinical }, conditions };
		expect(truth({ condition: { code } }, patient)).toBe(expected);
	});
});

describe('truthOf an element', () => {
	const volumes = (...values: readonly number[]): PatientRecord => ({
		...examined,
		values: values.map((value) => ({ element: 'tumor-volume', value, day: null })),
	});
	it.each<[Omit<ElementFact, 'id'>, readonly number[], Truth]>([
		[{ ge: 10 }, [], null],
		[{ ge: 10 }, [10], true],
		[{ gt: 10 }, [10], false],
		[{ le: 10 }, [10], true],
		[{ lt: 10 }, [10], false],
		[{ ge: 10, lt: 20 }, [15], true],
		[{ ge: 10, lt: 20 }, [20], false],
		[{ ge: 10 }, [5, 12], true],
		[{ lt: 10 }, [5, 12], false],
		[{ ge: 200 }, [250], true],
		[{ le: 0 }, [-1], true],
	])('%j of the largest of %j is %s', (limits, values, expected) => {
		expect(truth({ element: { id: 'tumor-volume', unit: 'mL', ...limits } }, volumes(...values))).toBe(
			expected,
		);
	});

	it.each<[string | null, readonly string[], Truth]>([
		['methylated', ['methylated'], true],
		['methylated', ['unmethylated'], false],
		['methylated', ['unmethylated', 'methylated'], true],
		[null, ['methylated'], null],
	])('%s in %j is %s', (value, list, expected) => {
		const values = value === null ? [] : [{ element: 'mgmt-methylation', value, day: 1 }];
		expect(truth({ element: { id: 'mgmt-methylation', in: list } }, { ...examined, values })).toBe(expected);
	});

	it('throws on an element that the dictionary lacks, which the parser would have refused', () => {
		expect(() => truth({ element: { id: 'other', ge: 1 } }, examined)).toThrow('not in the dictionary');
	});
});

describe('truthOf a tree', () => {
	const yes: Cohort = { condition: { code: 'C71' } };
	const no: Cohort = { condition: { code: 'C34' } };
	const unknown: Cohort = { element: { id: 'age', ge: 50, unit: 'a' } };
	const patient: PatientRecord = { ...examined, conditions: ['C71'], genotypes: [r132h('het')] };

	it.each<[string, Cohort, Truth]>([
		['all of yes and yes', { all: [yes, { gene: { symbol: 'IDH1' } }] }, true],
		['all of yes and unknown', { all: [yes, unknown] }, null],
		['all of no and unknown', { all: [unknown, no] }, false],
		['any of yes and unknown', { any: [unknown, yes] }, true],
		['any of no and unknown', { any: [no, unknown] }, null],
		['not of unknown', { not: unknown }, null],
		['not of no', { not: no }, true],
		['unknown or not unknown', { any: [unknown, { not: unknown }] }, null],
		['not of all of no and unknown', { not: { all: [no, unknown] } }, true],
		['all of a not and an any', { all: [{ not: no }, { any: [no, yes] }] }, true],
	])('%s', (_, cohort, expected) => {
		expect(truth(cohort, patient)).toBe(expected);
	});
});
