// Proof, with each HTTP request, that the sender holds the key of their token (RFC 9449): a stolen token is no use.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RefusalCode } from '../refusals.ts';
import { err, ok, type Result } from '../result.ts';
import { openEmbedded, parseJson, signEmbedded } from './embedded-jws.ts';
import type { RequestKey } from './request-key.ts';

export interface DpopProofContent {
	readonly method: string;
	/** Query and fragment are left out of the proof, as the RFC says. */
	readonly url: string;
	/** The access token that goes with the request; null at the token endpoint. */
	readonly token: string | null;
	/** Unique, 128 random bits. */
	readonly jti: string;
	readonly nowMs: number;
}

export interface DpopExpectation {
	readonly proof: string;
	readonly method: string;
	/** As the sender sees it: behind a proxy, the public address. */
	readonly url: string;
	readonly token: string;
	/** `cnf.jkt` of the verified token. */
	readonly expectedJkt: string;
	readonly nowMs: number;
	/** How far the proof's time may lie from ours, either way; whole seconds count. */
	readonly maxAgeMs: number;
	/** Remembers the id, and says whether it was known before. */
	readonly seen: (jti: string) => Promise<boolean>;
}

const type = 'dpop+jwt';
const maxProofLength = 8192;

const payloadSchema = z.object({
	jti: z.string().min(16).max(100),
	htm: z.string(),
	htu: z.string(),
	iat: z.int().nonnegative(),
	ath: z.string(),
});

export function createDpopProof(content: DpopProofContent, key: RequestKey): Promise<string> {
	const { method, url, token, jti, nowMs } = content;
	const bound = token === null ? {} : { ath: tokenHash(token) };
	const payload = { jti, htm: method, htu: targetOf(url), iat: Math.floor(nowMs / 1000), ...bound };
	return signEmbedded(JSON.stringify(payload), type, key);
}

/**
 * Errors  `token-invalid` not a proof, or by another key, or for another token; `request-altered` for another
 *         method or address; `request-stale`; `request-replayed`.
 */
export async function verifyDpopProof(expected: DpopExpectation): Promise<Result<null, RefusalCode>> {
	const { proof, expectedJkt, token, nowMs } = expected;
	const opened = proof.length > maxProofLength ? null : await openEmbedded(proof, type);
	if (opened === null || !opened.ok || opened.value.jkt !== expectedJkt) return err('token-invalid');
	const parsed = payloadSchema.safeParse(parseJson(opened.value.payload));
	if (!parsed.success || parsed.data.ath !== tokenHash(token)) return err('token-invalid');
	const { htm, htu, iat, jti } = parsed.data;
	if (htm !== expected.method || !URL.canParse(htu) || targetOf(htu) !== targetOf(expected.url)) {
		return err('request-altered');
	}
	if (Math.abs(nowMs - iat * 1000) > expected.maxAgeMs) return err('request-stale');
	return (await expected.seen(jti)) ? err('request-replayed') : ok(null);
}

function targetOf(url: string): string {
	const { origin, pathname } = new URL(url);
	return `${origin}${pathname}`;
}

function tokenHash(token: string): string {
	return createHash('sha256').update(token, 'ascii').digest('base64url');
}
