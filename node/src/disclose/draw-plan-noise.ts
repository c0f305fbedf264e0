// Draws a plan's noise before its data are read, so that the time sampling takes can say nothing about them.

import { drawNoise, type NetworkPolicy, networkSensitivity, type Plan, type Random } from '@cordon/shared';
import type { NoiseVector } from './disclose-counts.ts';

/** `hospitals` is H of design/PRIVACY.md section 3: m - T under secure aggregation, 1 in a plain network. */
export function drawPlanNoise(
	plan: Plan,
	policy: NetworkPolicy,
	hospitals: number,
	random: Random,
): NoiseVector {
	if (plan.mechanism === 'exact') return null;
	const l1Sensitivity = networkSensitivity(plan, policy);
	return drawNoise(
		plan.cells.length,
		{ epsilonMicros: plan.epsilonMicros, l1Sensitivity, hospitals },
		random,
	);
}
