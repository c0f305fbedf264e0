// Whether an access token is genuine, for us, fresh and bound to a key: the node's own judgement of who is asking.

import {
	decodeJwt,
	decodeProtectedHeader,
	errors,
	type JWTPayload,
	type JWTVerifyGetKey,
	jwtVerify,
} from 'jose';
import type { TrustedIssuer } from '../manifest/manifest.ts';
import type { RefusalCode } from '../refusals.ts';
import { err, ok, type Result } from '../result.ts';
import { personId } from './person-id.ts';
import { hasOneEncoding } from './verify-jws.ts';

/** Finds an issuer's current key for a token; see createIssuerKeys. */
export type IssuerKeys = (issuer: TrustedIssuer) => JWTVerifyGetKey;

export interface AccessTokenExpectation {
	readonly issuers: readonly TrustedIssuer[];
	readonly keysOf: IssuerKeys;
	readonly nowMs: number;
	/** At most an hour, whatever the issuer says. */
	readonly maxAgeMs: number;
}

export interface VerifiedToken {
	/** The subject, scoped to its issuer: see personId. */
	readonly person: string;
	/** Thumbprint of the key that must have signed the request. */
	readonly jkt: string;
	/** The token's own end or its greatest age, whichever comes first. */
	readonly expiresMs: number;
}

const maxTokenLength = 16_384;
const hourMs = 3_600_000;
const clockSkewSeconds = 60;

/**
 * Errors  `token-wrong-issuer` not one we trust; `token-invalid` form, type, algorithm, signature or a claim;
 *         `token-expired`; `token-wrong-audience`; `policy-unavailable` the issuer's keys could not be had.
 *         Nothing of a token is told that is not signed, but for the name of its issuer.
 * Source  RFC 9068 (at+jwt), RFC 9449 (cnf.jkt), design/GOVERNANCE.md section 1.
 */
export async function verifyAccessToken(
	token: string,
	expected: AccessTokenExpectation,
): Promise<Result<VerifiedToken, RefusalCode>> {
	const claimed = token.length > maxTokenLength ? null : readIssuer(token);
	if (claimed === null) return err('token-invalid');
	const trusted = expected.issuers.filter(({ issuer }) => issuer === claimed);
	const [issuer] = trusted;
	if (issuer === undefined) return err('token-wrong-issuer');
	const maxAgeMs = Math.min(expected.maxAgeMs, hourMs);
	try {
		const { payload } = await jwtVerify(token, expected.keysOf(issuer), {
			issuer: issuer.issuer,
			audience: trusted.map(({ audience }) => audience),
			typ: 'at+jwt',
			algorithms: ['ES256', 'RS256'],
			maxTokenAge: maxAgeMs / 1000,
			clockTolerance: clockSkewSeconds,
			currentDate: new Date(expected.nowMs),
			requiredClaims: ['sub', 'exp', 'iat', 'cnf'],
		});
		return readClaims(payload, expected, maxAgeMs);
	} catch (error) {
		return err(codeOf(error));
	}
}

/** The unverified issuer, to know whose key to try; null where the token is refused by its form alone. */
function readIssuer(token: string): string | null {
	if (!hasOneEncoding(token)) return null;
	try {
		if (decodeProtectedHeader(token).crit !== undefined) return null;
		return decodeJwt(token).iss ?? null;
	} catch {
		return null;
	}
}

function readClaims(
	payload: JWTPayload,
	expected: AccessTokenExpectation,
	maxAgeMs: number,
): Result<VerifiedToken, RefusalCode> {
	const { iss, sub, exp, iat } = payload;
	const jkt = readThumbprint(payload['cnf']);
	if (iss === undefined || sub === undefined || exp === undefined || iat === undefined || jkt === null) {
		return err('token-invalid');
	}
	if (sub.length === 0 || sub.length > 200 || !sub.isWellFormed()) return err('token-invalid');
	const expiresMs = Math.min(exp * 1000, iat * 1000 + maxAgeMs);
	// The tolerance is for the start of a token, which two clocks may see differently; its end is its end.
	if (expected.nowMs >= expiresMs) return err('token-expired');
	const trustedIssuers = new Set(expected.issuers.map(({ issuer }) => issuer)).size;
	return ok({ person: personId(sub, iss, trustedIssuers), jkt, expiresMs });
}

function readThumbprint(cnf: unknown): string | null {
	if (typeof cnf !== 'object' || cnf === null || !('jkt' in cnf)) return null;
	return typeof cnf.jkt === 'string' && /^[A-Za-z0-9_-]{43}$/.test(cnf.jkt) ? cnf.jkt : null;
}

function codeOf(error: unknown): RefusalCode {
	if (error instanceof errors.JWTExpired) return 'token-expired';
	if (error instanceof errors.JWTClaimValidationFailed) {
		if (error.claim === 'aud') return 'token-wrong-audience';
		return error.claim === 'iss' ? 'token-wrong-issuer' : 'token-invalid';
	}
	const isKeyFetch =
		!(error instanceof errors.JOSEError) ||
		error instanceof errors.JWKSTimeout ||
		error instanceof errors.JWKSInvalid ||
		error.code === 'ERR_JOSE_GENERIC';
	return isKeyFetch ? 'policy-unavailable' : 'token-invalid';
}
