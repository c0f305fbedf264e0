// The count stage passes on what the index counted, and nothing of an index that lost a cell.

import { countPatients, type Plan } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import type { CohortIndex } from '../ports.ts';
import { countPatientsOf } from './count-patients-of.ts';

const plan: Plan = {
	askKind: 'histogram',
	cohort: { condition: { code: 'C71.9' } },
	variables: [{ variable: { element: 'sex' }, categories: ['female', 'male', 'unknown'] }],
	cells: [['female'], ['male'], ['unknown']],
	dataClasses: ['clinical'],
	l1Sensitivity: 1,
	mechanism: 'noised',
	epsilonMicros: 100_000,
};

const nobody: CohortIndex['place'] = () => Promise.resolve([]);

function indexThatCounts(counts: readonly number[]): CohortIndex {
	return { count: () => Promise.resolve(counts.map(countPatients)), place: nobody };
}

describe('countPatientsOf', () => {
	it('gives one count a cell, in the order of the plan', async () => {
		const counts = await countPatientsOf(plan, [4, 7], indexThatCounts([1, 0, 2]));
		expect(counts.map(String)).toEqual(['1', '0', '2']);
	});

	it.each([[[]], [[1, 2]], [[1, 2, 3, 4]]])(
		'throws where the index returns %j for 3 cells',
		async (counts) => {
			await expect(countPatientsOf(plan, [4], indexThatCounts(counts))).rejects.toThrow(
				'another number of cells',
			);
		},
	);

	it('hands the index the patients who agreed and no others', async () => {
		const asked: (readonly number[])[] = [];
		const index: CohortIndex = {
			place: nobody,
			count: (_plan, patients) => {
				asked.push(patients);
				return Promise.resolve([0, 0, 0].map(countPatients));
			},
		};
		await countPatientsOf(plan, [4, 7], index);
		expect(asked).toEqual([[4, 7]]);
	});

	it('lets the failure of an index through', async () => {
		const broken: CohortIndex = { count: () => Promise.reject(new Error('lost')), place: nobody };
		await expect(countPatientsOf(plan, [], broken)).rejects.toThrow('lost');
	});
});
