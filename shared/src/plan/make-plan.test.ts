// Which cells a question has, which classes of data it reads, and what it costs.

import { describe, expect, it } from 'vitest';
import type { DataClass } from '../dictionary/dictionary.ts';
import { sampleDictionary } from '../dictionary/sample-dictionary.ts';
import type { Ask, Cohort, ReleaseChoice } from '../query/query.ts';
import { binLabels } from './categories.ts';
import { makePlan, planHash, requiredPermission } from './make-plan.ts';
import type { Plan } from './plan.ts';

const brain: Cohort = { condition: { code: 'C71' } };
const noised: ReleaseChoice = { mechanism: 'noised', epsilonMicros: 500_000 };

function planned(ask: Ask, cohort: Cohort = brain, release: ReleaseChoice = noised): Plan {
	const question = { project: 'p', purpose: 'HMB', query: { cordon: 1, cohort, ask }, release } as const;
	const plan = makePlan(question, sampleDictionary, 100);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}

const table: Ask = {
	table: { rows: { element: 'mgmt-methylation' }, columns: { gene: { symbol: 'EGFR' } } },
};

describe('makePlan', () => {
	it.each<[Ask]>([[{ exists: {} }], [{ count: {} }]])('gives %j one cell without categories', (ask) => {
		const { cells, variables, l1Sensitivity, epsilonMicros } = planned(ask);
		expect({ cells, variables, l1Sensitivity, epsilonMicros }).toEqual({
			cells: [[]],
			variables: [],
			l1Sensitivity: 1,
			epsilonMicros: 500_000,
		});
	});

	it('gives a histogram of a number its bins, the last one closed, and unknown', () => {
		expect(planned({ histogram: { of: 'tumor-volume' } }).cells).toEqual([
			['[0,10)'],
			['[10,50)'],
			['[50,200]'],
			['unknown'],
		]);
	});

	it('gives a table its cells row by row', () => {
		expect(planned(table).cells).toEqual([
			['methylated', 'false'],
			['methylated', 'true'],
			['methylated', 'unknown'],
			['unmethylated', 'false'],
			['unmethylated', 'true'],
			['unmethylated', 'unknown'],
			['unknown', 'false'],
			['unknown', 'true'],
			['unknown', 'unknown'],
		]);
	});

	it('refuses 9 cells where 8 are allowed, and plans them where 9 are', () => {
		const question = {
			project: 'p',
			purpose: 'HMB',
			query: { cordon: 1, cohort: brain, ask: table },
			release: noised,
		} as const;
		expect(makePlan(question, sampleDictionary, 8)).toEqual({ ok: false, error: 'too-many-cells' });
		expect(makePlan(question, sampleDictionary, 9).ok).toBe(true);
	});

	it('costs nothing where the release is exact', () => {
		expect(planned({ count: {} }, brain, { mechanism: 'exact' }).epsilonMicros).toBe(0);
	});

	it.each<[Cohort, Ask, readonly DataClass[]]>([
		[brain, { count: {} }, ['clinical']],
		[{ imaging: { modality: 'MR' } }, { count: {} }, ['image']],
		[{ gene: { symbol: 'IDH1' } }, { count: {} }, ['genome']],
		[
			{ variant: { assembly: 'GRCh38', contig: '2', position: 1, ref: 'C', alt: 'T' } },
			{ count: {} },
			['genome'],
		],
		[{ not: { element: { id: 'tumor-volume', ge: 1, unit: 'mL' } } }, { count: {} }, ['image']],
		[{ any: [brain, { all: [{ imaging: { modality: 'MR' } }] }] }, { count: {} }, ['clinical', 'image']],
		[brain, { histogram: { of: 'tumor-volume' } }, ['clinical', 'image']],
		[brain, table, ['clinical', 'genome']],
		[
			brain,
			{ table: { rows: { imaging: { contrast: true } }, columns: { element: 'mgmt-methylation' } } },
			['clinical', 'genome', 'image'],
		],
	])('reads for %j and %j the classes %j', (cohort, ask, classes) => {
		expect(planned(ask, cohort).dataClasses).toEqual(classes);
	});
});

describe('binLabels', () => {
	it('closes the only bin of two edges', () => {
		expect(binLabels([0, 0.5])).toEqual(['[0,0.5]']);
	});
});

describe('requiredPermission', () => {
	it('names a rung of the ladder for every kind of ask', () => {
		const kinds = ['exists', 'count', 'histogram', 'table'] as const;
		expect(kinds.map(requiredPermission)).toEqual(['exists', 'count', 'distribution', 'table']);
	});
});

describe('planHash', () => {
	it('is the same for the same plan and differs by one category', () => {
		const plan = planned(table);
		expect(planHash(structuredClone(plan))).toBe(planHash(plan));
		expect(planHash(planned({ histogram: { of: 'age' } }))).not.toBe(planHash(plan));
	});
});
