// The one hash of a request: all parties of a session put it into what they sign, so they mean the same question.

import { canonicalJson, hashParts, toHex } from '../hash.ts';
import type { Question } from '../query/query.ts';

export interface HashedRequest {
	readonly question: Question;
	readonly audience: string;
	readonly iatMs: number;
	readonly requestId: string;
	/** R_pk of a blind network, base64url; null in a visible one. */
	readonly receiverKey: string | null;
}

/**
 * Shape   SHA-256, hex, of the parsed question (never of the bytes received) and of who asked it where and when.
 * Source  design/PRIVACY.md section 2, requestHash; `mechanism` is the whole release choice, epsilon included.
 */
export function requestHash(request: HashedRequest): string {
	const { question, audience, iatMs, requestId, receiverKey } = request;
	return toHex(
		hashParts(
			'cordon-secagg/1/request',
			canonicalJson(question.query),
			question.project,
			question.purpose,
			canonicalJson(question.release),
			audience,
			String(iatMs),
			requestId,
			receiverKey ?? '',
		),
	);
}
