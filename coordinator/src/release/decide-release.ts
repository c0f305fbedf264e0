// What of a merged answer a researcher may see: threshold, suppression, minimum hospitals, intervals. Pure.

import {
	err,
	type NetworkPolicy,
	networkSensitivity,
	networkThreshold,
	ok,
	type Plan,
	type Result,
} from '@cordon/shared';
import type { LinearSolver } from '../ports.ts';
import type { MergedAnswer } from '../session.ts';
import { claimsOf, denominatorOf, hidingClaims } from './claims-of.ts';
import { type Comparisons, tellsWithEarlier } from './limit-subtraction.ts';
import {
	exactCells,
	isPlausible,
	type NoiseReach,
	noisedCells,
	type ReleasedCell,
	type ReleasedTable,
	reachOf,
} from './released-cell.ts';

export interface ReleaseInput extends MergedAnswer {
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
	/** Exact, under secure aggregation; hospitals of a plain network judge for themselves. */
	readonly comparisons?: Comparisons | null;
	/** Noised: whether a contributor has ever released exactly. */
	readonly exactBefore?: boolean;
}

export interface Released {
	readonly ask: Plan['askKind'];
	readonly cells: readonly ReleasedCell[];
	/**
	 * Exact: rows (variable 0) and columns (1) whose numbers are not taken for known, since one of them holds fewer than
	 * k: the variable and its category. No later answer gives them.
	 */
	readonly hiddenSums: readonly (readonly [variable: number, category: string])[];
	readonly mechanism: Plan['mechanism'];
	/** null where exact: nothing is charged and nothing is bounded. */
	readonly epsilon: number | null;
	/** The threshold that was applied; null where noised cells are shown whatever they are. */
	readonly k: number | null;
	readonly noise: NoiseReach | null;
	readonly aggregation: NetworkPolicy['aggregation'];
	readonly publicData: boolean;
	readonly denominator: string;
	readonly claims: readonly string[];
}

/** Why nothing of a sum that opened is shown. */
export type Withheld =
	| 'too-few-hospitals'
	| 'implausible-sum'
	| 'too-many-cells'
	| 'took-too-long'
	| 'subtraction';

/**
 * Makes the one thing that leaves the network out of what the hospitals' sum opened to.
 *
 * Shape   one cell a cell of the plan, in its order; a hidden one is null.
 * Units   patients over all contributing hospitals.
 * Errors  `too-few-hospitals` under the session's minimum; `implausible-sum` a cell that no honest hospitals add up
 *         to; `subtraction` with an earlier exact answer it would tell of too few; `too-many-cells` more than an exact release is audited for;
 *         `took-too-long` as `hidePartners`; throws where cells are missing or k is under the policy's, both of them bugs that must not release
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
	const noise = plan.mechanism === 'exact' ? null : reachOfSession(input);
	// Only where later answers are compared with this one can a row be kept unknown.
	const maySumsHide = input.comparisons !== null && input.comparisons !== undefined;
	const table =
		noise === null
			? await exactCells(plan, merged, { k, solver, maySumsHide })
			: ok({ cells: noisedCells(plan, merged, { reach: noise, k }), hiddenSums: [] });
	if (!table.ok) return table;
	if (isSubtractable(input, table.value, k)) return err('subtraction');
	const { cells, hiddenSums } = table.value;
	return ok({
		ask: plan.askKind,
		cells,
		hiddenSums: hiddenSums.map(({ variable, category }) => [
			variable,
			plan.variables[variable]?.categories[category] ?? '',
		]),
		mechanism: plan.mechanism,
		epsilon: noise === null ? null : plan.epsilonMicros / 1e6,
		k: noise === null || plan.askKind === 'exists' ? k : null,
		noise,
		aggregation: policy.aggregation,
		publicData: policy.publicData,
		denominator: denominatorOf(plan, policy),
		claims: [...claimsOf(plan, policy, input.exactBefore === true), ...hidingClaims(table.value)],
	});
}

function isSubtractable(
	{ plan, merged, comparisons }: ReleaseInput,
	{ cells, hiddenSums }: ReleasedTable,
	k: number,
): boolean {
	if (plan.mechanism !== 'exact' || comparisons === null || comparisons === undefined) return false;
	const shown = cells.map(({ value }) => value !== null);
	return tellsWithEarlier({ ...comparisons, plan, merged, shown, hiddenSums, k });
}

function reachOfSession({ plan, policy, noiseHospitals, contributors }: ReleaseInput): NoiseReach {
	return reachOf(plan, {
		hospitals: noiseHospitals,
		contributors: contributors.length,
		l1Sensitivity: networkSensitivity(plan, policy),
	});
}
