// The researcher's request: signed by the key that the access token is bound to, so that nobody on the way can
// alter, invent or redirect a question. Nodes verify it; the coordinator's word about it is a hint.

import { z } from 'zod';
import type { Random } from '../clock-and-random.ts';
import { canonicalJson, toHex } from '../hash.ts';
import type { RefusalCode } from '../refusals.ts';
import { err, ok, type Result } from '../result.ts';
import { openEmbedded, parseJson, signEmbedded } from './embedded-jws.ts';
import type { RequestKey } from './request-key.ts';

export interface RequestPayload {
	readonly cordon: 1;
	/** The question file as JSON; not yet known to mean anything. */
	readonly question: unknown;
	/** The network the question is for. */
	readonly audience: string;
	readonly iatMs: number;
	/** Request id: 128 random bits, hex. It can be used once. */
	readonly jti: string;
	/** R_pk, base64url, where the network is blind; absent where it is visible. See decideReceiverKey. */
	readonly receiverKey?: string;
}

export interface RequestExpectation {
	/** `cnf.jkt` of the verified access token. */
	readonly expectedJkt: string;
	readonly audience: string;
	readonly nowMs: number;
	readonly maxAgeMs: number;
}

export interface VerifiedRequest {
	readonly question: unknown;
	readonly requestId: string;
	readonly audience: string;
	readonly iatMs: number;
	/** Not yet known to be one that the network takes; null where the request has none. */
	readonly receiverKey: string | null;
}

const type = 'cordon-request+jws';
/** A question is a page of text; base64url adds a third. */
const maxRequestLength = 131_072;
/** How far the researcher's clock may run ahead of ours. */
const clockSkewMs = 60_000;

const payloadSchema = z.strictObject({
	cordon: z.literal(1),
	question: z.unknown(),
	audience: z.string().min(1).max(200),
	iatMs: z.int().nonnegative(),
	jti: z.string().regex(/^[0-9a-f]{32}$/),
	receiverKey: z
		.string()
		.regex(/^[A-Za-z0-9_-]{43}$/)
		.optional(),
});

export function newRequestId(random: Random): string {
	return toHex(random.bytes(16));
}

/** Errors  throws where the question is not JSON: a bug of the caller, who read it from a file. */
export function signRequest(payload: RequestPayload, key: RequestKey): Promise<string> {
	return signEmbedded(canonicalJson(payload), type, key);
}

/**
 * Errors  `malformed-request` not a request at all; `request-altered` the signature is wrong, or right but by
 *         another key than the token's; then, of an authentic request: `token-wrong-audience` it is meant for
 *         another network; `request-stale` older than `maxAgeMs`, or from the future.
 */
export async function verifyRequest(
	request: string,
	expected: RequestExpectation,
): Promise<Result<VerifiedRequest, RefusalCode>> {
	if (request.length > maxRequestLength) return err('malformed-request');
	const opened = await openEmbedded(request, type);
	if (!opened.ok) return err(opened.error === 'altered' ? 'request-altered' : 'malformed-request');
	if (opened.value.jkt !== expected.expectedJkt) return err('request-altered');
	const payload = readPayload(opened.value.payload);
	if (payload === null) return err('malformed-request');
	if (payload.audience !== expected.audience) return err('token-wrong-audience');
	const ageMs = expected.nowMs - payload.iatMs;
	if (ageMs > expected.maxAgeMs || ageMs < -clockSkewMs) return err('request-stale');
	const { question, jti, audience, iatMs, receiverKey = null } = payload;
	return ok({ question, requestId: jti, audience, iatMs, receiverKey });
}

/** Only the canonical form is taken: with duplicate keys or 1e400, two readers could see two questions. */
function readPayload(text: string): z.infer<typeof payloadSchema> | null {
	const value = parseJson(text);
	const parsed = payloadSchema.safeParse(value);
	if (!parsed.success || !Object.hasOwn(Object(value), 'question')) return null;
	try {
		return canonicalJson(value) === text ? parsed.data : null;
	} catch {
		return null;
	}
}
