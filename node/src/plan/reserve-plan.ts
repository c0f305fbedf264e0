// Decides what a node would compute for an admitted question, and sets its price aside before anything is counted.

import {
	type Dictionary,
	err,
	type NetworkPolicy,
	ok,
	type Plan,
	planUnderPolicy,
	type Question,
	type RefusalCode,
	type Result,
} from '@cordon/shared';
import type { Ledger } from '../ports.ts';

export interface PlanFacts {
	readonly question: Question;
	readonly policy: NetworkPolicy;
	readonly dictionary: Dictionary;
}

export interface PlanPayer {
	readonly session: string;
	readonly person: string;
	readonly epoch: string;
}

/**
 * Errors  `mechanism-not-permitted` the manifest's policy does not list it; `too-many-cells`; `sensitivity-unknown`;
 *         `noise-too-large`; `epsilon-over-cap`.
 * The plan is a function of question, dictionary and policy alone, so every node makes the same one.
 */
export function decidePlan(facts: PlanFacts): Result<Plan, RefusalCode> {
	const { question, policy, dictionary } = facts;
	if (!policy.mechanisms.includes(question.release.mechanism)) return err('mechanism-not-permitted');
	return planUnderPolicy(question, dictionary, policy);
}

/**
 * Errors  those of `decidePlan`; `budget-exhausted`; `ledger-unavailable` the ledger could not say, which is a no.
 */
export async function reservePlan(
	facts: PlanFacts,
	payer: PlanPayer,
	ledger: Ledger,
): Promise<Result<Plan, RefusalCode>> {
	const plan = decidePlan(facts);
	if (!plan.ok) return plan;
	const { mechanism, epsilonMicros } = plan.value;
	const outcome = await ledger
		.reserve({ ...payer, project: facts.question.project, mechanism, epsilonMicros })
		.catch(() => 'unavailable' as const);
	if (outcome === 'unavailable') return err('ledger-unavailable');
	return outcome === 'reserved' ? ok(plan.value) : err('budget-exhausted');
}
