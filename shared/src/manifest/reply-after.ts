// When the one reply leaves that follows from patients' data: from plan and policy alone, so that it tells nothing more.

import type { NetworkPolicy } from './manifest.ts';

/** Drawing the noise of so many cells, and counting them, may take as long again as the policy's time. */
const cellsPerReply = 1_000;

/**
 * Units   milliseconds from the message that calls for the data; 0 where the policy sets no time.
 * Source  design/PRIVACY.md section 2, rule 4.
 */
export function replyAfterMs({ replyMs }: Pick<NetworkPolicy, 'replyMs'>, cells: number): number {
	return Math.ceil(replyMs * (1 + cells / cellsPerReply));
}

/**
 * What is left until the reply's time; where that has passed already, until its next multiple, so that a late reply or
 * a refusal tells no more than how many of them went by.
 *
 * Units   milliseconds.
 */
export function quietMs(replyMs: number, spentMs: number): number {
	return replyMs === 0 ? 0 : replyMs * Math.max(1, Math.ceil(spentMs / replyMs)) - spentMs;
}
