// What is left of a noised answer's epsilon where more hospitals collude than the session was made for. Pure.

import type { NoisePlan } from '../noise/polya-share.ts';
import { stepLoss } from '../noise/step-loss.ts';
import type { SecaggParameters } from './parameters.ts';

export interface Collusion {
	readonly parameters: SecaggParameters;
	/** n: hospitals in the sum, m..M. */
	readonly contributors: number;
	/** c: those of them that pool what they know with each other and the coordinator, who may lie. */
	readonly colluders: number;
}

/**
 * Epsilon for a patient of an honest hospital. Up to T colluders it is the plan's own. Beyond, the colluders subtract
 * their shares, and n - c honest ones are less than a whole noise. And where the honest hospitals can be split into
 * two groups that each make t with all colluders, 2(t - c) <= M - c, two rosters of one session open, one with a
 * hospital and one without it: then its vector stands alone, under its own share of 1/H.
 *
 * Units   epsilon for the plan's whole vector: sensitivity times the loss of a step; too large by 1e-9 a step at most.
 * Errors  throws where n is not in m..M, or nobody honest is in the sum.
 */
export function residualEpsilon(plan: Omit<NoisePlan, 'hospitals'>, collusion: Collusion): number {
	const { parameters, contributors, colluders } = collusion;
	const { hospitals, minimum, noiseHospitals } = parameters;
	if (!Number.isSafeInteger(contributors) || contributors < minimum || contributors > hospitals) {
		throw new RangeError('contributors are m to M');
	}
	if (!Number.isSafeInteger(colluders) || colluders < 0 || colluders >= contributors) {
		throw new RangeError('somebody in the sum is honest');
	}
	const stated = plan.epsilonMicros / 1e6;
	if (colluders <= parameters.colluders) return stated;
	const honest = opensTwoSums(parameters, colluders) ? 1 : contributors - colluders;
	const { l1Sensitivity } = plan;
	return Math.max(stated, l1Sensitivity * stepLoss(stated / l1Sensitivity, honest / noiseHospitals));
}

/** Never for c <= T: 2t > M + T. An exact session's m = M leaves nobody out, but has no noise to speak of either. */
export function opensTwoSums({ hospitals, threshold }: SecaggParameters, colluders: number): boolean {
	return 2 * threshold <= hospitals + colluders;
}
