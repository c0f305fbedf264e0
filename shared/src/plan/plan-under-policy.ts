// Plans a question as far as a network's policy bears it: no more cells than it permits, and noise that can be drawn.

import type { Dictionary } from '../dictionary/dictionary.ts';
import { budgetCapsOf, isPayable } from '../manifest/budget-caps.ts';
import type { NetworkPolicy } from '../manifest/manifest.ts';
import type { Question } from '../query/query.ts';
import { err, ok, type Result } from '../result.ts';
import { makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';
import { networkSensitivity } from './release-terms.ts';

/** Patients. Beyond it an answer says nothing of a network of hospitals; the default cost of a count stays within it. */
const largestNoiseScale = 1_000;

/**
 * Cells times scale. An exact sampler takes time in proportion to both, and a hospital stands still meanwhile:
 * this much takes it seconds. A full table at the least epsilon stays within it where a patient is at one hospital.
 */
const mostNoiseWork = 500_000;

/**
 * Cells of an exact table that are audited together. Where k is 1 nothing is hidden, and nothing has to be audited.
 * The coordinator's release stage holds the same bound for itself.
 */
const mostExactCells = 512;

export type PlanRefusal =
	| 'ask-needs-visible'
	| 'too-many-cells'
	| 'sensitivity-unknown'
	| 'noise-too-large'
	| 'epsilon-over-cap';

/**
 * A function of question, dictionary and policy alone, so that coordinator and hospitals plan and refuse alike.
 *
 * Units   the noise's scale is sensitivity / epsilon, in patients; `hospitalsPerPatient` multiplies the sensitivity.
 * Errors  `ask-needs-visible` `exists` in a blind network: whoever asks it would be handed the count that the threshold is
 *         to hide; `too-many-cells`; `sensitivity-unknown`; `noise-too-large` a larger epsilon, or an ask of fewer cells,
 *         would be answered; `epsilon-over-cap` no ledger under this policy could ever pay it, and a smaller epsilon may
 *         be paid.
 */
export function planUnderPolicy(
	question: Question,
	dictionary: Dictionary,
	policy: NetworkPolicy,
): Result<Plan, PlanRefusal> {
	const plan = makePlan(question, dictionary, policy.maxCells);
	if (!plan.ok) return plan;
	if (policy.visibility === 'blind' && plan.value.askKind === 'exists') return err('ask-needs-visible');
	if (plan.value.mechanism === 'exact') {
		return plan.value.cells.length > mostExactCells && policy.k > 1 ? err('too-many-cells') : plan;
	}
	const { cells, epsilonMicros } = plan.value;
	if (!isPayable(epsilonMicros, budgetCapsOf(policy, question.project))) return err('epsilon-over-cap');
	const scale = (networkSensitivity(plan.value, policy) * 1e6) / epsilonMicros;
	const isBearable = scale <= largestNoiseScale && scale * cells.length <= mostNoiseWork;
	return isBearable ? ok(plan.value) : err('noise-too-large');
}
