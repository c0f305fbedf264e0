// When a hospital's one reply that follows from patients' data leaves, by the numbers that it is asked for.

import { type NetworkPolicy, replyAfterMs, vectorLength } from '@cordon/shared';
import type { SessionRecord } from '../session.ts';

/**
 * Of the question and of the list of earlier answers alone. Comparing takes its time too; but no reply waits longer
 * than the manifest lets that to its largest plan wait, however much there is to compare.
 *
 * Units   milliseconds; 0 where the policy sets no time.
 */
export function replyTimeOf(
	policy: Pick<NetworkPolicy, 'replyMs' | 'sessionDeadlineMs'>,
	{ plan, earlier }: Pick<SessionRecord, 'plan' | 'earlier'>,
): number {
	const longestMs = Math.floor(policy.sessionDeadlineMs / 4);
	return Math.min(replyAfterMs(policy, vectorLength(plan.cells.length, earlier ?? null)), longestMs);
}
