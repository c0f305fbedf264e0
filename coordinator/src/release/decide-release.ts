// What of a merged answer a researcher may see: threshold, suppression, minimum hospitals, intervals. Pure.

import {
	err,
	type NetworkPolicy,
	type NoisedMargin,
	type NoiseReach,
	type NoiseSpread,
	networkSensitivity,
	networkThreshold,
	noiseReach,
	ok,
	type Plan,
	type Result,
} from '@cordon/shared';
import type { LinearSolver } from '../ports.ts';
import type { MergedAnswer } from '../session.ts';
import { claimsOf, denominatorOf } from './claims-of.ts';
import {
	exactCells,
	isPlausible,
	type NoisedCells,
	noisedCells,
	type ReleasedCell,
} from './released-cell.ts';

export interface ReleaseInput extends MergedAnswer {
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
}

type SpreadFacts = Pick<ReleaseInput, 'plan' | 'policy' | 'noiseHospitals' | 'contributors'>;

export interface Released {
	readonly ask: Plan['askKind'];
	readonly cells: readonly ReleasedCell[];
	/** Of a noised table or histogram, each with its own interval; none where exact: see docs/answers.md. */
	readonly margins: readonly NoisedMargin[];
	readonly mechanism: Plan['mechanism'];
	/** null where exact: nothing is charged and nothing is bounded. */
	readonly epsilon: number | null;
	/** The threshold that was applied; null where noised cells are shown whatever they are. */
	readonly k: number | null;
	readonly noise: NoiseReach | null;
	readonly aggregation: NetworkPolicy['aggregation'];
	readonly visibility: NetworkPolicy['visibility'];
	readonly publicData: boolean;
	readonly denominator: string;
	readonly claims: readonly string[];
}

/** Why nothing of a sum that opened is shown. */
export type Withheld = 'too-few-hospitals' | 'implausible-sum' | 'too-many-cells';

/**
 * Makes the one thing that leaves the network out of what the hospitals' sum opened to.
 *
 * Shape   one cell a cell of the plan, in its order; a hidden one is null.
 * Units   patients over all contributing hospitals.
 * Errors  `too-few-hospitals` under the session's minimum; `implausible-sum` a cell that no honest hospitals add up
 *         to; `too-many-cells` more than an exact release is audited for; throws where cells are missing or k is under the policy's, both of them bugs that must not release
 *         anything.
 */
export async function decideRelease(
	input: ReleaseInput,
	solver: LinearSolver,
): Promise<Result<Released, Withheld>> {
	const { plan, policy, merged } = input;
	if (merged.length !== plan.cells.length) throw new Error('merged cells do not fit the plan');
	if (input.k < policy.k || (input.k < 2 && !policy.publicData)) throw new Error('k under the policy');
	if (new Set(input.contributors).size < Math.max(input.minimumContributors, 2))
		return err('too-few-hospitals');
	if (!merged.every((cell) => isPlausible(cell, plan.mechanism))) return err('implausible-sum');
	const k = networkThreshold(policy, input.k);
	const spread = plan.mechanism === 'exact' ? null : spreadOf(input);
	const shown = await cellsOf(input, { spread, k, solver });
	if (!shown.ok) return shown;
	return ok({
		ask: plan.askKind,
		...shown.value,
		mechanism: plan.mechanism,
		epsilon: spread === null ? null : plan.epsilonMicros / 1e6,
		k: spread === null || plan.askKind === 'exists' ? k : null,
		noise: spread === null ? null : noiseReach(spread),
		aggregation: policy.aggregation,
		visibility: policy.visibility,
		publicData: policy.publicData,
		denominator: denominatorOf(plan, policy),
		claims: claimsOf(plan, policy),
	});
}

async function cellsOf(
	{ plan, merged }: ReleaseInput,
	{
		spread,
		k,
		solver,
	}: { readonly spread: NoiseSpread | null; readonly k: number; readonly solver: LinearSolver },
): Promise<Result<NoisedCells, Withheld>> {
	if (spread !== null) return noisedCells(plan, merged, { spread, k });
	const cells = await exactCells(plan, merged, { k, solver });
	return cells.ok ? ok({ cells: cells.value, margins: [] }) : cells;
}

/** What the width of the noise follows from: public numbers. */
export function spreadOf({ plan, policy, noiseHospitals, contributors }: SpreadFacts): NoiseSpread {
	return {
		epsilonMicros: plan.epsilonMicros,
		hospitals: noiseHospitals,
		contributors: contributors.length,
		l1Sensitivity: networkSensitivity(plan, policy),
	};
}
