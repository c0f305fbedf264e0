// The sentence of a noised answer that says what its epsilon assumes of the hospitals, and what is left of it otherwise.

import {
	type NetworkPolicy,
	networkSensitivity,
	type Plan,
	residualEpsilon,
	sessionParameters,
} from '@cordon/shared';

/** What noise an answer holds: public numbers. */
export interface AnswerShares {
	/** M: hospitals of the project's signed roster. */
	readonly hospitals: number;
	/** n: how many of them gave a share. */
	readonly contributors: number;
}

/**
 * Shape   one sentence; none where each hospital adds its own whole noise (plain) or nobody adds any (exact).
 * Errors  throws where the roster has no session of secure aggregation: there was one, so this is a bug.
 */
export function collusionClaim(plan: Plan, policy: NetworkPolicy, shares: AnswerShares): readonly string[] {
	if (plan.mechanism === 'exact' || policy.aggregation === 'plain') return [];
	const parameters = sessionParameters(shares.hospitals, policy, plan.mechanism);
	if (!parameters.ok) throw new Error('a released session has parameters');
	const { colluders } = parameters.value;
	const spread = { epsilonMicros: plan.epsilonMicros, l1Sensitivity: networkSensitivity(plan, policy) };
	const collusion = { parameters: parameters.value, contributors: shares.contributors };
	const residual = residualEpsilon(spread, { ...collusion, colluders: colluders + 1 });
	return [
		`The bound holds while at most ${colluders} of the hospitals collude with the coordinator. If ${colluders + 1} did, it would be exp(${roundedUp(residual)}) for a patient of another hospital, and weaker with each further one.`,
	];
}

/** To thousandths; a bound is never told smaller than it is. */
function roundedUp(epsilon: number): number {
	return Math.ceil(epsilon * 1000) / 1000;
}
