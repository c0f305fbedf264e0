import type { NetworkPolicy, Question } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import type { BudgetOutcome, BudgetRequest, Ledger } from '../ports.ts';
import { sampleDictionary, samplePlan, samplePolicy } from '../testing/sample-network.ts';
import { decidePlan, type PlanFacts, reservePlan } from './reserve-plan.ts';

const question: Question = {
	project: 'glioma',
	purpose: 'HMB',
	query: { cordon: 1, cohort: { condition: { code: 'C71.9' } }, ask: { histogram: { of: 'sex' } } },
	release: { mechanism: 'noised', epsilonMicros: 500_000 },
};
const exact: Question = { ...question, release: { mechanism: 'exact' } };
const payer = { session: 's1', person: 'ana', epoch: '2026-11' };

function facts(change: Partial<PlanFacts> = {}, policy: Partial<NetworkPolicy> = {}): PlanFacts {
	return { question, dictionary: sampleDictionary, policy: { ...samplePolicy, ...policy }, ...change };
}

function ledgerThat(reserve: (request: BudgetRequest) => Promise<BudgetOutcome>): Ledger {
	const never = (): never => {
		throw new Error('not asked for here');
	};
	return { reserve, commit: never, refundUnsent: never, refundAbandoned: never, spent: never };
}

describe('decidePlan', () => {
	it('plans what the policy allows', () => {
		expect(decidePlan(facts())).toEqual({ ok: true, value: samplePlan });
	});

	it.each<[string, PlanFacts, string]>([
		[
			'an exact release where only noise is agreed',
			facts({ question: exact }, { mechanisms: ['noised'] }),
			'mechanism-not-permitted',
		],
		[
			'noise where only exact numbers are agreed',
			facts({}, { mechanisms: ['exact'] }),
			'mechanism-not-permitted',
		],
		['a cell more than the policy has', facts({}, { maxCells: 2 }), 'too-many-cells'],
	])('refuses %s', (_what, given, error) => {
		expect(decidePlan(given)).toEqual({ ok: false, error });
	});
});

describe('reservePlan', () => {
	it('sets the price aside, in the name of session, person, project and epoch', async () => {
		const asked: BudgetRequest[] = [];
		const ledger = ledgerThat(async (request) => {
			asked.push(request);
			return 'reserved';
		});
		expect(await reservePlan(facts(), payer, ledger)).toEqual({ ok: true, value: samplePlan });
		expect(asked).toEqual([{ ...payer, project: 'glioma', mechanism: 'noised', epsilonMicros: 500_000 }]);
	});

	it('records an exact release at no price', async () => {
		const asked: BudgetRequest[] = [];
		const ledger = ledgerThat(async (request) => {
			asked.push(request);
			return 'reserved';
		});
		expect((await reservePlan(facts({ question: exact }), payer, ledger)).ok).toBe(true);
		expect(asked).toMatchObject([{ mechanism: 'exact', epsilonMicros: 0 }]);
	});

	it('refuses where the budget is used up', async () => {
		const ledger = ledgerThat(async () => 'exhausted');
		expect(await reservePlan(facts(), payer, ledger)).toEqual({ ok: false, error: 'budget-exhausted' });
	});

	it('refuses where the ledger cannot say', async () => {
		const ledger = ledgerThat(async () => {
			throw new Error('connection lost');
		});
		expect(await reservePlan(facts(), payer, ledger)).toEqual({ ok: false, error: 'ledger-unavailable' });
	});

	it('refuses where the ledger says what nobody understands', async () => {
		const ledger = ledgerThat(async () => 'maybe' as BudgetOutcome);
		expect((await reservePlan(facts(), payer, ledger)).ok).toBe(false);
	});

	it('reserves nothing for a question that is refused', async () => {
		const ledger = ledgerThat(async () => {
			throw new Error('the ledger was asked');
		});
		expect(await reservePlan(facts({}, { maxCells: 2 }), payer, ledger)).toEqual({
			ok: false,
			error: 'too-many-cells',
		});
	});
});
