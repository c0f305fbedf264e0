// The submit stage: proves who asks, reads the question, and hands on what may be dispatched.

import {
	canonicalJson,
	decideReceiverKey,
	err,
	hashParts,
	ok,
	type RefusalCode,
	type Result,
	requestHash,
	type SignedRequest,
	toHex,
} from '@cordon/shared';
import type { CoordinatorParts, PresentedProof, StoredManifest } from '../ports.ts';
import { type Admitted, admitQuestion, type Rejection } from './admit-question.ts';

export interface Submission extends Admitted {
	readonly person: string;
	readonly signed: SignedRequest;
	/** The researcher's, in a blind network; null in a visible one. */
	readonly receiverKey: string | null;
	/** Names the key too, so that in a blind network a stored answer is that of the holder of its key and of nobody else. */
	readonly requestHash: string;
	readonly requestDigest: string;
}

/** `person` is null where nobody proved who they are: such a refusal is nobody's. */
export interface Refusal extends Rejection {
	readonly person: string | null;
}

/**
 * Shape   what dispatch needs; the signed request travels on as it was received, for each node to verify itself.
 * Errors  those of the token, of its proof, of the request, of `decideReceiverKey` and of `admitQuestion`; `request-altered` the body holds
 *         another token than the header.
 */
export async function submit(
	parts: Pick<CoordinatorParts, 'gate' | 'dictionary'>,
	input: {
		readonly presented: PresentedProof;
		readonly signed: SignedRequest;
		readonly manifest: StoredManifest;
	},
): Promise<Result<Submission, Refusal>> {
	const { presented, signed } = input;
	const { manifest } = input.manifest;
	const sender = await parts.gate.authenticate(presented, manifest);
	if (!sender.ok) return refuse(sender.error, null);
	if (sender.value.token !== signed.token) return refuse('request-altered', sender.value.person);
	const request = await parts.gate.verifyRequest(signed, manifest);
	if (!request.ok) return refuse(request.error, sender.value.person);
	const { person, audience, iatMs, requestId } = request.value;
	const receiver = decideReceiverKey(manifest.policy, request.value.receiverKey);
	if (!receiver.ok) return refuse(receiver.error, person);
	const receiverKey = receiver.value;
	const admitted = admitQuestion(request.value.question, { manifest, dictionary: parts.dictionary });
	if (!admitted.ok) return err({ ...admitted.error, person });
	const { question } = admitted.value;
	const hash = requestHash({ question, audience, iatMs, requestId, receiverKey });
	const requestDigest = requestDigestOf(signed);
	return ok({ ...admitted.value, person, signed, receiverKey, requestHash: hash, requestDigest });
}

/** The request as sent, without the token: a token that was renewed does not make another request. */
export function requestDigestOf(signed: SignedRequest): string {
	return toHex(hashParts('cordon-request-digest/1', canonicalJson(signed.request)));
}

function refuse(code: RefusalCode, person: string | null): Result<never, Refusal> {
	return err({ code, issues: [], person });
}
