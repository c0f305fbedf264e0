import { describe, expect, it } from 'vitest';
import { sampleDictionary } from '../dictionary/sample-dictionary.ts';
import type { Question, ReleaseChoice } from '../query/query.ts';
import { samplePolicy } from '../testing/sample-manifest.ts';
import { makePlan } from './make-plan.ts';
import { planUnderPolicy } from './plan-under-policy.ts';

const counting: Question = {
	project: 'p',
	purpose: 'HMB',
	query: { cordon: 1, cohort: { condition: { code: 'C71' } }, ask: { count: {} } },
	release: { mechanism: 'noised', epsilonMicros: 10_000 },
};

function outcome(hospitalsPerPatient: number, release: ReleaseChoice): string {
	const plan = planUnderPolicy({ ...counting, release }, sampleDictionary, {
		...samplePolicy,
		hospitalsPerPatient,
	});
	return plan.ok ? 'planned' : plan.error;
}

describe('planUnderPolicy', () => {
	it.each([
		[1, 10_000, 'planned'],
		[10, 10_000, 'planned'],
		[11, 10_000, 'noise-too-large'],
		[100, 100_000, 'planned'],
		[100, 99_999, 'noise-too-large'],
		[1, 1, 'noise-too-large'],
	])('with a patient at %d hospitals and %d millionths: %s', (hospitalsPerPatient, micros, expected) => {
		expect(outcome(hospitalsPerPatient, { mechanism: 'noised', epsilonMicros: micros })).toBe(expected);
	});

	it('refuses exists where the researcher opens the sum, and nothing else', () => {
		const blind = { ...samplePolicy, visibility: 'blind' } as const;
		const exists: Question = { ...counting, query: { ...counting.query, ask: { exists: {} } } };
		const refused = { ok: false, error: 'ask-needs-visible' };
		expect(planUnderPolicy(exists, sampleDictionary, blind)).toEqual(refused);
		expect(planUnderPolicy(exists, sampleDictionary, samplePolicy).ok).toBe(true);
		expect(planUnderPolicy(counting, sampleDictionary, blind).ok).toBe(true);
	});

	it.each([
		[{}, 10_000_000, 'planned'],
		[{ epsilonPerProjectMicros: 500_000 }, 500_000, 'planned'],
		[{ epsilonPerProjectMicros: 500_000 }, 500_001, 'epsilon-over-cap'],
		[{ epsilonOfProjectMicros: { p: 500_000 } }, 500_001, 'epsilon-over-cap'],
		[{ epsilonOfProjectMicros: { other: 500_000 } }, 500_001, 'planned'],
		[{ epsilonPerResearcherMicros: 500_000 }, 500_001, 'epsilon-over-cap'],
		[{ rhoPerEpochMicros: 125_000 }, 500_000, 'planned'],
		[{ rhoForLifeMicros: 125_000 }, 500_001, 'epsilon-over-cap'],
	])('refuses what nobody could ever pay: %j, %d millionths: %s', (allotments, epsilonMicros, expected) => {
		const question: Question = { ...counting, release: { mechanism: 'noised', epsilonMicros } };
		const plan = planUnderPolicy(question, sampleDictionary, { ...samplePolicy, allotments });
		expect(plan.ok ? 'planned' : plan.error).toBe(expected);
	});

	it('draws no noise for an exact release, and so refuses none for it', () => {
		expect(outcome(100, { mechanism: 'exact' })).toBe('planned');
	});

	it('plans as makePlan does, and refuses the cells that it refuses', () => {
		expect(planUnderPolicy(counting, sampleDictionary, samplePolicy)).toEqual(
			makePlan(counting, sampleDictionary, samplePolicy.maxCells),
		);
		expect(planUnderPolicy(counting, sampleDictionary, { ...samplePolicy, maxCells: 0 })).toEqual({
			ok: false,
			error: 'too-many-cells',
		});
	});

	it('plans 512 exact cells and not 513, but where k is 1 and nothing is hidden', () => {
		const asked = (rows: number, k: number): string => {
			const values = Array.from({ length: rows - 1 }, (_, at) => ({ id: `v${at}`, title: '' }));
			const wide = {
				type: 'code',
				id: 'wide',
				title: '',
				dataClass: 'clinical',
				values,
				select: 'first',
			} as const;
			const question: Question = {
				...counting,
				query: { ...counting.query, ask: { histogram: { of: 'wide' } } },
				release: { mechanism: 'exact' },
			};
			const policy = { ...samplePolicy, maxCells: 4096, k };
			const plan = planUnderPolicy(question, { ...sampleDictionary, elements: [wide] }, policy);
			return plan.ok ? `${plan.value.cells.length}` : plan.error;
		};
		expect(asked(512, 11)).toBe('512');
		expect(asked(513, 11)).toBe('too-many-cells');
		expect(asked(513, 1)).toBe('513');
	});

	it('counts the cells too: a wide table may have less noise than a count', () => {
		const values = Array.from({ length: 70 }, (_, at) => ({ id: `v${at}`, title: '' }));
		const wide = {
			type: 'code',
			id: 'wide',
			title: '',
			dataClass: 'clinical',
			values,
			select: 'first',
		} as const;
		const dictionary = { ...sampleDictionary, elements: [wide] };
		const ask = { table: { rows: { element: 'wide' }, columns: { element: 'wide' } } };
		const asked = (epsilonMicros: number, hospitalsPerPatient: number): string => {
			const question: Question = {
				...counting,
				query: { ...counting.query, ask },
				release: { mechanism: 'noised', epsilonMicros },
			};
			const policy = { ...samplePolicy, maxCells: 5_100, hospitalsPerPatient };
			const plan = planUnderPolicy(question, dictionary, policy);
			return plan.ok ? `${plan.value.cells.length}` : plan.error;
		};
		expect(asked(11_000, 1)).toBe('5041');
		expect(asked(10_000, 1)).toBe('noise-too-large');
		expect(asked(10_000, 9)).toBe('noise-too-large');
		expect(asked(500_000, 9)).toBe('5041');
	});
});
