// Counts how an exact answer overlaps with earlier ones, over the patients who agreed; for the disclosure stage alone.

import type { EarlierRelease, Plan, RawCount, RefusalCode, Result } from '@cordon/shared';
import type { CohortIndex, ExactAnswer, ExactHistory, Ordinal } from '../ports.ts';

export interface Answering {
	readonly session: string;
	readonly project: string;
	readonly epoch: string;
	/** Sorted hospital ids of the project. */
	readonly roster: readonly string[];
	readonly plan: Plan;
}

export interface ComparisonParts {
	readonly index: CohortIndex;
	readonly history: ExactHistory;
}

/**
 * Under secure aggregation: this hospital's part of the comparisons, and its patient sets kept, before anything leaves.
 *
 * Shape   as `comparisonLength`: its size is a function of plan and list.
 * Units   distinct patients of this hospital.
 * Errors  `exact-unlisted` an answer was given since the question was admitted that the list lacks.
 */
export async function compareAnswers(
	answering: Answering,
	{
		patients,
		earlier,
	}: { readonly patients: readonly Ordinal[]; readonly earlier: readonly EarlierRelease[] },
	{ index, history }: ComparisonParts,
): Promise<Result<readonly RawCount[], RefusalCode>> {
	return history.keepAndCompare(await answerOf(answering, patients, index), earlier);
}

/**
 * In a plain network, where the coordinator sees each hospital's numbers: whether this hospital's own, next to its
 * earlier ones, would tell of too few of its patients. Its patient sets are kept.
 */
export async function tellsOfFewHere(
	answering: Answering,
	{ patients, k }: { readonly patients: readonly Ordinal[]; readonly k: number },
	{ index, history }: ComparisonParts,
): Promise<boolean> {
	return history.keepAndJudge(await answerOf(answering, patients, index), k);
}

async function answerOf(
	answering: Answering,
	patients: readonly Ordinal[],
	index: CohortIndex,
): Promise<ExactAnswer> {
	return { ...answering, placed: await index.place(answering.plan, patients) };
}
