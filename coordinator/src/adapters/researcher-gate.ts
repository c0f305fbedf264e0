// The coordinator's first look at who asks: token, possession of its key, signed request. Each node looks again.

import {
	type Clock,
	err,
	type IssuerKeys,
	type Manifest,
	ok,
	type RefusalCode,
	type Result,
	type VerifiedToken,
	verifyAccessToken,
	verifyDpopProof,
	verifyRequest,
} from '@cordon/shared';
import type { PresentedProof, ResearcherGate } from '../ports.ts';
import { type SeenProofs, seenProofs } from './seen-proofs.ts';

export interface GateParts {
	readonly clock: Clock;
	readonly keysOf: IssuerKeys;
}

const tokenAgeMs = 3_600_000;
const proofAgeMs = 300_000;
const requestAgeMs = 300_000;

export function researcherGate(parts: GateParts): ResearcherGate {
	const seen = seenProofs(parts.clock, 2 * proofAgeMs);
	return {
		authenticate: (presented, manifest) => authenticate(parts, seen, { presented, manifest }),
		verifyRequest: async (signed, manifest) => {
			const token = await verifyToken(parts, signed.token, manifest);
			if (!token.ok) return token;
			const { jkt, person } = token.value;
			const audience = manifest.network;
			const nowMs = parts.clock.nowMs();
			const expected = { expectedJkt: jkt, audience, nowMs, maxAgeMs: requestAgeMs };
			const request = await verifyRequest(signed.request, expected);
			return request.ok ? ok({ ...request.value, person }) : request;
		},
	};
}

async function authenticate(
	parts: GateParts,
	seen: SeenProofs,
	{ presented, manifest }: { readonly presented: PresentedProof; readonly manifest: Manifest },
): Promise<Result<{ readonly person: string; readonly token: string }, RefusalCode>> {
	const { authorization, proof, method, url } = presented;
	const token = /^DPoP ([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
	if (token === undefined || proof === null) return err('token-invalid');
	const verified = await verifyToken(parts, token, manifest);
	if (!verified.ok) return verified;
	const { jkt, person } = verified.value;
	const nowMs = parts.clock.nowMs();
	const possession = await verifyDpopProof({
		proof,
		method,
		url,
		token,
		expectedJkt: jkt,
		nowMs,
		maxAgeMs: proofAgeMs,
		seen: async (jti) => seen(jkt, jti),
	});
	return possession.ok ? ok({ person, token }) : possession;
}

function verifyToken(
	parts: GateParts,
	token: string,
	manifest: Manifest,
): Promise<Result<VerifiedToken, RefusalCode>> {
	const { issuers } = manifest;
	return verifyAccessToken(token, {
		issuers,
		keysOf: parts.keysOf,
		nowMs: parts.clock.nowMs(),
		maxAgeMs: tokenAgeMs,
	});
}
