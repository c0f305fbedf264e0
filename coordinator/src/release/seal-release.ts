// What goes with a blind network's sum to the one researcher who can open it. Pure; nothing is decided on the sum.

import { err, type NoiseReach, noiseReach, ok, type Result, type SealedSum } from '@cordon/shared';
import type { SealedAnswer } from '../session.ts';
import { claimsOf, denominatorOf } from './claims-of.ts';
import { type Released, type ReleaseInput, spreadOf } from './decide-release.ts';

export interface SealedRelease extends Omit<Released, 'cells' | 'margins' | 'hiddenSums'> {
	readonly noise: NoiseReach;
	readonly sealed: SealedSum;
}

/**
 * The hospitals have added their noise, so that the sum may be seen as it is; cells and margins are made of it by the
 * researcher's own program (`noisedAnswer`).
 *
 * Errors  `too-few-hospitals` under the session's minimum; throws where the network is not blind or the plan is not noised:
 *         such a sum would have needed a threshold here.
 */
export function sealRelease(
	input: SealedAnswer & Pick<ReleaseInput, 'plan' | 'policy' | 'exactBefore'>,
): Result<SealedRelease, 'too-few-hospitals'> {
	const { plan, policy, contributors, minimumContributors, sealed } = input;
	if (policy.visibility !== 'blind' || plan.mechanism !== 'noised' || plan.askKind === 'exists') {
		throw new Error('a sealed sum that had to be looked at');
	}
	if (new Set(contributors).size < Math.max(minimumContributors, 2)) return err('too-few-hospitals');
	return ok({
		ask: plan.askKind,
		mechanism: plan.mechanism,
		epsilon: plan.epsilonMicros / 1e6,
		k: null,
		noise: noiseReach(spreadOf(input)),
		aggregation: policy.aggregation,
		visibility: policy.visibility,
		publicData: policy.publicData,
		denominator: denominatorOf(plan, policy),
		claims: claimsOf(plan, policy, input.exactBefore === true),
		sealed,
	});
}
