// Records an exact question before it is sent, with the earlier answers that the hospitals are to compare it with.

import {
	cohortKey,
	comparesReleases,
	type EarlierRelease,
	epochOf,
	type Manifest,
	ok,
	type Plan,
	type Question,
	type RefusalCode,
	type Result,
} from '@cordon/shared';
import type { CoordinatorParts, ExactOpening } from '../ports.ts';
import { decideExactOpening } from './decide-exact-opening.ts';

export interface ExactAsked {
	readonly session: string;
	readonly manifest: Manifest;
	readonly question: Question;
	readonly plan: Plan;
	readonly roster: readonly string[];
}

/**
 * Shape   as the hospitals are told; null where the answer is compared with none: noised, or nothing is ever hidden.
 * Errors  those of `decideExactOpening`; then nothing was recorded.
 */
export async function beginExact(
	{ session, manifest, question, plan, roster }: ExactAsked,
	{ exact, clock }: Pick<CoordinatorParts, 'exact' | 'clock'>,
): Promise<Result<readonly EarlierRelease[] | null, RefusalCode>> {
	if (!comparesReleases(manifest, roster, plan.mechanism)) return ok(null);
	const nowMs = clock.nowMs();
	const opening: ExactOpening = {
		session,
		project: question.project,
		epoch: epochOf(nowMs).label,
		roster: [...roster].sort(),
		cohort: cohortKey(plan.cohort),
		asked: { cohort: plan.cohort, variables: plan.variables },
		cells: plan.cells.length,
		deadlineMs: nowMs + manifest.policy.sessionDeadlineMs,
	};
	const begun = await exact.begin(opening, (known) => decideExactOpening(opening, known, nowMs));
	if (!begun.ok) return begun;
	return ok(begun.value.map((earlier) => ({ session: earlier.session, cells: earlier.cells })));
}
