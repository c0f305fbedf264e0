// Draws a plan's noise before its data are read, so that the time sampling takes can say nothing about them.

import { drawNoise, type NetworkPolicy, networkSensitivity, type Plan } from '@cordon/shared';
import type { NodeParts } from '../ports.ts';
import type { NoiseVector } from './disclose-counts.ts';

/**
 * `hospitals` is H of design/PRIVACY.md section 3: m - T under secure aggregation, 1 in a plain network. Where noise was
 * drawn ahead for just this distribution it is taken from there, never to be seen there again.
 */
export function drawPlanNoise(
	plan: Plan,
	policy: NetworkPolicy,
	hospitals: number,
	{ noise, random }: Pick<NodeParts, 'noise' | 'random'>,
): NoiseVector {
	if (plan.mechanism === 'exact') return null;
	const l1Sensitivity = networkSensitivity(plan, policy);
	const spread = { epsilonMicros: plan.epsilonMicros, l1Sensitivity, hospitals };
	const cells = plan.cells.length;
	return noise === undefined ? drawNoise(cells, spread, random) : noise.take(spread, cells);
}
