// Decides which questions are one question: whoever asks it again is given the release that there is.

import { canonicalJson, epochOf, hashParts, type Question, queryHash, toHex } from '@cordon/shared';

export interface KeyFacts {
	readonly manifest: string;
	readonly nowMs: number;
	/** Of a blind network: nobody else can open the release; null in a visible one. */
	readonly receiverKey: string | null;
}

/**
 * Whoever adds up answers to one question in many wordings would average its noise away. So the key leaves out who
 * asks, when within the month, and how it is worded; never what would make it another number or another permission.
 *
 * Shape   SHA-256, hex.
 * Units   `nowMs` milliseconds since 1970; the month is the public calendar's, whatever hospitals have read.
 * Source  design/PRIVACY.md section 5.
 */
export function releaseKeyOf(question: Question, { manifest, nowMs, receiverKey }: KeyFacts): string {
	const { project, purpose, query, release } = question;
	const epoch = epochOf(nowMs).label;
	return toHex(
		hashParts(
			'cordon-release/1',
			manifest,
			project,
			purpose,
			queryHash(query),
			canonicalJson(release),
			epoch,
			receiverKey ?? '',
		),
	);
}
