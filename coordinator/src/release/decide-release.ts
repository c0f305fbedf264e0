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
import type { LinearSolver } from '../linear-solver.ts';
import type { MergedAnswer } from '../session.ts';
import { claimsOf, denominatorOf, hidingClaims } from './claims-of.ts';
import { type Comparisons, tellsWithEarlier } from './limit-subtraction.ts';
import {
	exactCells,
	isPlausible,
	type NoisedCells,
	noisedCells,
	type ReleasedCell,
	type ReleasedTable,
} from './released-cell.ts';

export interface ReleaseInput extends MergedAnswer {
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
	/** Exact, under secure aggregation; hospitals of a plain network judge for themselves. */
	readonly comparisons?: Comparisons | null;
	/** Noised: whether a contributor has ever released exactly. */
	readonly exactBefore?: boolean;
}

type SpreadFacts = Pick<ReleaseInput, 'plan' | 'policy' | 'noiseHospitals' | 'contributors'>;

export interface Released {
	readonly ask: Plan['askKind'];
	readonly cells: readonly ReleasedCell[];
	/**
	 * Exact: rows (variable 0) and columns (1) whose numbers are not taken for known, since one of them holds fewer than
	 * k: the variable and its category. No later answer gives them.
	 */
	readonly hiddenSums: readonly (readonly [variable: number, category: string])[];
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
	const spread = plan.mechanism === 'exact' ? null : spreadOf(input);
	const table = await tableOf(input, { spread, k, solver });
	if (!table.ok) return table;
	if (isSubtractable(input, table.value, k)) return err('subtraction');
	const { cells, margins, hiddenSums } = table.value;
	return ok({
		ask: plan.askKind,
		cells,
		margins,
		hiddenSums: hiddenSums.map(({ variable, category }) => [
			variable,
			plan.variables[variable]?.categories[category] ?? '',
		]),
		mechanism: plan.mechanism,
		epsilon: spread === null ? null : plan.epsilonMicros / 1e6,
		k: spread === null || plan.askKind === 'exists' ? k : null,
		noise: spread === null ? null : noiseReach(spread),
		aggregation: policy.aggregation,
		visibility: policy.visibility,
		publicData: policy.publicData,
		denominator: denominatorOf(plan, policy),
		claims: [...claimsOf(plan, policy, input.exactBefore === true), ...hidingClaims(table.value)],
	});
}

type Table = ReleasedTable & NoisedCells;

async function tableOf(
	{ plan, merged, comparisons }: ReleaseInput,
	{
		spread,
		k,
		solver,
	}: { readonly spread: NoiseSpread | null; readonly k: number; readonly solver: LinearSolver },
): Promise<Result<Table, Withheld>> {
	if (spread !== null) {
		const noised = noisedCells(plan, merged, { spread, k });
		return noised.ok ? ok({ ...noised.value, hiddenSums: [] }) : noised;
	}
	// Only where later answers are compared with this one can a row be kept unknown.
	const maySumsHide = comparisons !== null && comparisons !== undefined;
	const exact = await exactCells(plan, merged, { k, solver, maySumsHide });
	return exact.ok ? ok({ ...exact.value, margins: [] }) : exact;
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

/** What the width of the noise follows from: public numbers. */
export function spreadOf({ plan, policy, noiseHospitals, contributors }: SpreadFacts): NoiseSpread {
	return {
		epsilonMicros: plan.epsilonMicros,
		hospitals: noiseHospitals,
		contributors: contributors.length,
		l1Sensitivity: networkSensitivity(plan, policy),
	};
}
