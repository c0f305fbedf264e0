// The submit stage: proves who asks, reads the question, and hands on what may be dispatched.

import {
	canonicalJson,
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
	readonly requestHash: string;
	readonly requestDigest: string;
}

/** `person` is null where nobody proved who they are: such a refusal is nobody's. */
export interface Refusal extends Rejection {
	readonly person: string | null;
}

/**
 * Shape   what dispatch needs; the signed request travels on as it was received, for each node to verify itself.
 * Errors  those of the token, of its proof, of the request and of `admitQuestion`; `request-altered` the body holds
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
	const admitted = admitQuestion(request.value.question, { manifest, dictionary: parts.dictionary });
	if (!admitted.ok) return err({ ...admitted.error, person });
	const { question } = admitted.value;
	const hash = requestHash({ question, audience, iatMs, requestId, receiverKey: null });
	return ok({ ...admitted.value, person, signed, requestHash: hash, requestDigest: requestDigestOf(signed) });
}

/** The request as sent, without the token: a token that was renewed does not make another request. */
export function requestDigestOf(signed: SignedRequest): string {
	return toHex(hashParts('cordon-request-digest/1', canonicalJson(signed.request)));
}

function refuse(code: RefusalCode, person: string | null): Result<never, Refusal> {
	return err({ code, issues: [], person });
}
