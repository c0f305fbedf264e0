// How patients are counted into the cells of a plan.

import { describe, expect, it } from 'vitest';
import { sampleDictionary } from '../dictionary/sample-dictionary.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Ask, Cohort, Variable } from '../query/query.ts';
import { categoryOf } from './category-of.ts';
import { evaluate } from './evaluate.ts';
import type { PatientRecord } from './patient-record.ts';
import { blank, examined, r132h } from './sample-patient.ts';

const brain: Cohort = { condition: { code: 'C71' } };

function planOf(ask: Ask, cohort: Cohort = brain): Plan {
	const query = { cordon: 1, cohort, ask } as const;
	const plan = makePlan(
		{ project: 'p', purpose: 'HMB', query, release: { mechanism: 'exact' } },
		sampleDictionary,
		100,
	);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}

function patient(
	volume: number | null,
	mgmt: string | null,
	change: Partial<PatientRecord> = {},
): PatientRecord {
	const values = [
		...(volume === null ? [] : [{ element: 'tumor-volume', value: volume, day: 1 }]),
		...(mgmt === null ? [] : [{ element: 'mgmt-methylation', value: mgmt, day: 1 }]),
	];
	return { ...examined, conditions: ['C71.9'], values, ...change };
}

describe('evaluate', () => {
	const patients = [
		patient(5, 'methylated'),
		patient(10, 'methylated', { genotypes: [r132h('het')] }),
		patient(250, null, { genotypes: [r132h('missing')] }),
		patient(null, 'unmethylated', { conditions: ['C34'] }),
		patient(60, 'unmethylated', { conditions: [], examined: blank.examined }),
	];

	it('counts those for whom the cohort is true: neither false nor unknown', () => {
		expect(evaluate(planOf({ count: {} }), patients, sampleDictionary)).toEqual([3]);
		expect(evaluate(planOf({ exists: {} }), patients, sampleDictionary)).toEqual([3]);
		expect(evaluate(planOf({ count: {} }, { not: brain }), patients, sampleDictionary)).toEqual([1]);
	});

	it('puts each patient of a histogram into one bin, or among the unknown', () => {
		const plan = planOf({ histogram: { of: 'tumor-volume' } }, { any: [brain, { not: brain }] });
		expect(evaluate(plan, patients, sampleDictionary)).toEqual([1, 1, 1, 1]);
	});

	it('puts each patient of a table into one cell, in the order of the cells', () => {
		const ask: Ask = {
			table: { rows: { element: 'mgmt-methylation' }, columns: { gene: { symbol: 'IDH1' } } },
		};
		expect(evaluate(planOf(ask), patients, sampleDictionary)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1]);
	});

	it('gives zeros where nobody is', () => {
		expect(evaluate(planOf({ histogram: { of: 'age' } }), [], sampleDictionary)).toEqual([0, 0, 0]);
	});

	it('throws on a plan whose cells are not those of the dictionary', () => {
		const plan = { ...planOf({ histogram: { of: 'age' } }), cells: [['[0,1]']] };
		expect(() => evaluate(plan, patients, sampleDictionary)).toThrow('no cell');
	});
});

describe('categoryOf', () => {
	it.each([
		[-5, '[0,10)'],
		[0, '[0,10)'],
		[9.999, '[0,10)'],
		[10, '[10,50)'],
		[50, '[50,200]'],
		[200, '[50,200]'],
		[1e6, '[50,200]'],
	])('puts a volume of %d into %s', (volume, bin) => {
		expect(categoryOf({ element: 'tumor-volume' }, patient(volume, null), sampleDictionary)).toBe(bin);
	});

	it.each<[Variable, string]>([
		[{ element: 'age' }, 'unknown'],
		[{ element: 'mgmt-methylation' }, 'methylated'],
		[brain, 'true'],
		[{ condition: { code: 'C34' } }, 'false'],
		[{ gene: { symbol: 'IDH1' } }, 'false'],
		[{ variant: { assembly: 'GRCh37', contig: '2', position: 1, ref: 'C', alt: 'T' } }, 'unknown'],
	])('says of %j %s', (variable, category) => {
		expect(categoryOf(variable, patient(1, 'methylated'), sampleDictionary)).toBe(category);
	});
});
