// Decides whether an exact question may be compared with all that this hospital has answered exactly, before it counts.

import {
	cohortKey,
	comparesReleases,
	comparisonLength,
	type EarlierRelease,
	err,
	type Manifest,
	mostExactCohorts,
	ok,
	type Plan,
	type RefusalCode,
	type Result,
} from '@cordon/shared';
import type { HeldRelease } from '../ports.ts';

export interface ExactAsked {
	readonly plan: Plan;
	readonly manifest: Manifest;
	readonly project: string;
	/** That of the current snapshot. */
	readonly epoch: string;
	/** As the coordinator lists them. */
	readonly earlier: readonly EarlierRelease[];
	/** Another exact session of this hospital is open. */
	readonly isAnotherOpen: boolean;
}

/**
 * Shape   the earlier answers to compare with; null where nothing is compared (noised, or nothing is ever hidden).
 * Errors  `exact-busy` another exact session is open, and neither would be compared with the other;
 *         `exact-other-roster` another set of hospitals has answered exactly in this epoch; `exact-limit` the project
 *         has asked of 50 cohorts in this epoch; `exact-unlisted` the coordinator leaves out an answer that this
 *         hospital gave, or lists one twice or out of order; `too-many-cells` more comparisons than one message
 *         carries; `unknown-project`. A function of question, manifest and history, never of data.
 */
export function decideExact(
	asked: ExactAsked,
	answers: readonly HeldRelease[],
): Result<readonly EarlierRelease[] | null, RefusalCode> {
	const { plan, manifest, project, epoch, earlier } = asked;
	const roster = manifest.projects.find(({ id }) => id === project)?.hospitals;
	if (roster === undefined) return err('unknown-project');
	if (!comparesReleases(manifest, roster, plan.mechanism)) return ok(null);
	if (asked.isAnotherOpen) return err('exact-busy');
	const held = answers.filter(({ isDropped }) => !isDropped);
	const ownRoster = [...roster].sort().join();
	if (held.some((one) => one.epoch === epoch && one.roster.join() !== ownRoster))
		return err('exact-other-roster');
	const ofProject = answers.filter((one) => one.epoch === epoch && one.project === project);
	const cohorts = new Set(ofProject.map(({ cohort }) => cohort)).add(cohortKey(plan.cohort));
	if (cohorts.size > mostExactCohorts) return err('exact-limit');
	// A hospital of a plain network judges by what it holds itself, and needs no list.
	if (manifest.policy.aggregation === 'secure' && !isComplete(earlier, held)) return err('exact-unlisted');
	return comparisonLength(plan.cells.length, earlier) === null ? err('too-many-cells') : ok(earlier);
}

function isComplete(earlier: readonly EarlierRelease[], held: readonly HeldRelease[]): boolean {
	const isSorted = earlier.every(({ session }, at) => at === 0 || (earlier[at - 1]?.session ?? '') < session);
	const cellsOf = new Map(earlier.map(({ session, cells }) => [session, cells]));
	return isSorted && held.every(({ session, cells }) => cellsOf.get(session) === cells);
}
