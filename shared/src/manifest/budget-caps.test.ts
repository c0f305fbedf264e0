import { describe, expect, it } from 'vitest';
import { type BudgetCaps, budgetCapsOf, isPayable, loweredCaps } from './budget-caps.ts';
import type { Allotments, NetworkPolicy } from './manifest.ts';
import { parsePolicy } from './verify-manifest.ts';

const base: NetworkPolicy = {
	aggregation: 'secure',
	visibility: 'visible',
	replyMs: 0,
	mechanisms: ['noised'],
	k: 11,
	publicData: false,
	epsilonPerEpochMicros: 10_000_000,
	epsilonForLifeMicros: 100_000_000,
	hospitalsPerPatient: 1,
	colluders: null,
	sessionDeadlineMs: 60_000,
	maxCells: 8,
};
const none = { epochMicros: null, lifeMicros: null, projectMicros: null, researcherMicros: null };
const withAllotments = (allotments: Allotments): NetworkPolicy => ({ ...base, allotments });

describe('budgetCapsOf', () => {
	it('sets nothing beside epoch and life where the policy does not', () => {
		expect(budgetCapsOf(base, 'glioma')).toEqual({
			...none,
			epochMicros: 10_000_000,
			lifeMicros: 100_000_000,
			rhoEpochMicros: null,
			rhoLifeMicros: null,
		});
	});

	it('gives a named project its own share in place of the one for each', () => {
		const policy = withAllotments({
			epsilonPerProjectMicros: 1,
			epsilonOfProjectMicros: { glioma: 2 },
		});
		expect(budgetCapsOf(policy, 'glioma').projectMicros).toBe(2);
		expect(budgetCapsOf(policy, 'lung').projectMicros).toBe(1);
	});

	it.each(['constructor', 'toString', '__proto__'])(
		'finds no share that was not set for a project %s',
		(id) => {
			expect(budgetCapsOf(withAllotments({ epsilonOfProjectMicros: {} }), id).projectMicros).toBeNull();
		},
	);
});

describe('loweredCaps', () => {
	const caps = budgetCapsOf(withAllotments({ epsilonPerResearcherMicros: 500 }), 'glioma');

	it('takes the smaller of the two, also where the network sets nothing', () => {
		const own = { epochMicros: 5_000_000, lifeMicros: 200_000_000, projectMicros: 7, researcherMicros: 900 };
		expect(loweredCaps(caps, own)).toEqual({
			...caps,
			epochMicros: 5_000_000,
			lifeMicros: 100_000_000,
			projectMicros: 7,
			researcherMicros: 500,
		});
	});

	it('leaves everything where the hospital sets nothing', () => {
		expect(loweredCaps(caps, none)).toEqual(caps);
	});
});

describe('isPayable', () => {
	const wide: BudgetCaps = { ...budgetCapsOf(base, ''), rhoEpochMicros: null };

	it.each<[string, Partial<BudgetCaps>, boolean]>([
		['all caps far away', {}, true],
		['the epoch’s cap itself', { epochMicros: 1_000_000 }, true],
		['a millionth less in the epoch', { epochMicros: 999_999 }, false],
		['a millionth less for life', { lifeMicros: 999_999 }, false],
		['a millionth less for the project', { projectMicros: 999_999 }, false],
		['a millionth less for the person', { researcherMicros: 999_999 }, false],
		['half a rho in the epoch', { rhoEpochMicros: 500_000 }, true],
		['less rho in the epoch', { rhoEpochMicros: 499_999 }, false],
		['less rho for life', { rhoLifeMicros: 499_999 }, false],
	])('of epsilon 1 under %s', (_what, change, payable) => {
		expect(isPayable(1_000_000, { ...wide, ...change })).toBe(payable);
	});
});

describe('a policy with allotments', () => {
	it('is read, and is another policy than one without', () => {
		const allotments = { epsilonPerProjectMicros: 3_000_000, epsilonOfProjectMicros: { glioma: 4_000_000 } };
		expect(parsePolicy(withAllotments(allotments))).toEqual({ ok: true, value: withAllotments(allotments) });
		expect(parsePolicy(base)).toEqual({ ok: true, value: base });
	});

	it.each<[string, object]>([
		['a key that nobody knows', { epsilonPerTeamMicros: 1 }],
		['a share of nothing', { epsilonPerProjectMicros: 0 }],
		['a fraction of a millionth', { rhoPerEpochMicros: 0.5 }],
		['a project that can have no such name', { epsilonOfProjectMicros: { 'No Name': 1 } }],
	])('is refused with %s', (_what, allotments) => {
		expect(parsePolicy({ ...base, allotments }).ok).toBe(false);
	});
});
