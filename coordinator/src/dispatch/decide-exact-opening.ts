// Decides whether an exact question may be opened, and which earlier exact answers it is compared with.

import {
	comparisonLength,
	err,
	isCompared,
	mostExactCohorts,
	ok,
	type RefusalCode,
	type Result,
} from '@cordon/shared';
import type { ExactOpening, ExactSession } from '../ports.ts';

/**
 * The hospitals decide by the same rules over what they hold themselves; this spares them a session that they refuse.
 * Two exact sessions of one hospital never run at once: neither would be compared with the other.
 *
 * Shape   the earlier answers to compare with, sorted by session. One that was not heard of past its deadline counts
 *         as released.
 * Errors  `exact-busy`; `exact-other-roster` another set of hospitals, with one in common, has answered exactly in
 *         this epoch; `exact-limit` the project has asked of 50 cohorts in this epoch; `too-many-cells` more
 *         comparisons than a message carries. A function of the question and of what was asked before.
 */
export function decideExactOpening(
	opening: ExactOpening,
	known: readonly ExactSession[],
	nowMs: number,
): Result<readonly ExactSession[], RefusalCode> {
	const { roster, epoch, project, cohort } = opening;
	const sameEpoch = known.filter((one) => one.epoch === epoch);
	const joint = known.filter((one) => one.roster.some((hospital) => roster.includes(hospital)));
	if (joint.some((one) => one.state === 'running' && nowMs < one.deadlineMs)) return err('exact-busy');
	const counting = joint.filter(({ state }) => state !== 'ended');
	if (counting.some((one) => one.epoch === epoch && one.roster.join() !== roster.join()))
		return err('exact-other-roster');
	const asked = sameEpoch.filter((one) => one.project === project).map((one) => one.cohort);
	if (new Set(asked).add(cohort).size > mostExactCohorts) return err('exact-limit');
	const earlier = counting
		.filter((one) => isCompared(one.epoch, epoch, listedFor))
		.toSorted((one, other) => (one.session < other.session ? -1 : 1));
	return comparisonLength(opening.cells, earlier) === null ? err('too-many-cells') : ok(earlier);
}

/** Longer than hospitals compare: one whose data are of an earlier epoch still holds what others have forgotten. */
const listedFor = 18;
