// Decides whether a request is genuine, meant for this network, fresh, new and readable, for the node; the
// coordinator's word about it counts for nothing.

import {
	type Dictionary,
	decideReceiverKey,
	err,
	type IssuerKeys,
	type NetworkPolicy,
	ok,
	parseQuestion,
	type Question,
	type RefusalCode,
	type Result,
	requestHash,
	type SignedRequest,
	type TrustedIssuer,
	verifyAccessToken,
	verifyRequest,
} from '@cordon/shared';

export interface ReceiveParts {
	/** The network's name: what a request must be meant for. */
	readonly network: string;
	readonly issuers: readonly TrustedIssuer[];
	readonly keys: IssuerKeys;
	readonly maxTokenAgeMs: number;
	readonly maxRequestAgeMs: number;
	/** Whether a request id was used before, in whichever session. */
	readonly seenRequest: (requestId: string) => Promise<boolean>;
}

export interface ReceiveFacts extends ReceiveParts {
	/** Of the signed policy: whether a request must come with the researcher's key, or without one. */
	readonly visibility: NetworkPolicy['visibility'];
	readonly nowMs: number;
	readonly dictionary: Dictionary;
}

export interface ReceivedRequest {
	readonly person: string;
	readonly question: Question;
	readonly requestId: string;
	/** Hex; what the parties of the session sign. */
	readonly requestHash: string;
	/** The researcher's, of a blind network: as signed, and as `requestHash` names it; null in a visible one. */
	readonly receiverKey: string | null;
	readonly tokenExpiresMs: number;
}

/**
 * Errors  of the token: `token-invalid`, `token-wrong-issuer`, `token-wrong-audience`, `token-expired`,
 *         `policy-unavailable` (the issuer's keys); of the request: `malformed-request`, `request-altered`,
 *         `token-wrong-audience`, `request-stale`, `request-replayed`, `receiver-key-wrong`; of the question:
 *         `malformed-query`.
 */
export async function receive(
	signed: SignedRequest,
	facts: ReceiveFacts,
): Promise<Result<ReceivedRequest, RefusalCode>> {
	const { issuers, keys: keysOf, nowMs, dictionary } = facts;
	const token = await verifyAccessToken(signed.token, {
		issuers,
		keysOf,
		nowMs,
		maxAgeMs: facts.maxTokenAgeMs,
	});
	if (!token.ok) return token;
	const { person, jkt, expiresMs } = token.value;
	const request = await verifyRequest(signed.request, {
		expectedJkt: jkt,
		audience: facts.network,
		nowMs,
		maxAgeMs: facts.maxRequestAgeMs,
	});
	if (!request.ok) return request;
	const { requestId, audience, iatMs } = request.value;
	if (await facts.seenRequest(requestId)) return err('request-replayed');
	const receiver = decideReceiverKey(facts, request.value.receiverKey);
	if (!receiver.ok) return receiver;
	const receiverKey = receiver.value;
	const parsed = parseQuestion(request.value.question, dictionary);
	if (!parsed.ok) return err('malformed-query');
	const question = parsed.value;
	const hash = requestHash({ question, audience, iatMs, requestId, receiverKey });
	return ok({ person, question, requestId, requestHash: hash, receiverKey, tokenExpiresMs: expiresMs });
}
