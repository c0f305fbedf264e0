// Whether a compact JWS (RFC 7515) is signed by a key, under one of the algorithms that we chose beforehand.

import { type CompactJWSHeaderParameters, compactVerify, type JWK } from 'jose';

export type JwsAlgorithm = 'ES256' | 'RS256';

export interface VerifiedJws {
	readonly header: CompactJWSHeaderParameters;
	readonly payload: Uint8Array;
}

/**
 * null for anything that is not a valid signature: the reason would only help whoever forges.
 * The key's own `use`, `key_ops` and `alg` are heeded; the header's `jwk`, `jku`, `x5c`, `x5u` never are, and a
 * header with `crit` is refused, since we know no extension.
 */
export async function verifyJws(
	jws: string,
	key: JWK,
	algorithms: readonly JwsAlgorithm[],
): Promise<VerifiedJws | null> {
	if (!hasOneEncoding(jws)) return null;
	try {
		const verified = await compactVerify(jws, key, { algorithms: [...algorithms] });
		if (verified.protectedHeader.crit !== undefined) return null;
		return { header: verified.protectedHeader, payload: verified.payload };
	} catch {
		return null;
	}
}

/** base64url with padding, other characters or stray bits would give one signature several texts. */
export function hasOneEncoding(jws: string): boolean {
	const parts = jws.split('.');
	return (
		parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
	);
}
