// Access tokens with whatever claims a test wants, signed by a key it holds: what no honest issuer would give.

import { createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

export interface TokenClaims {
	readonly iss: string;
	readonly sub: string;
	readonly aud: string;
	/** Seconds since 1970. */
	readonly iat: number;
	readonly exp: number;
	readonly cnf: { readonly jkt?: string };
}

/** ES256 (P-256), of the type of RFC 9068. */
export function forgeToken(claims: TokenClaims, key: KeyObject): string {
	const head = encode({ alg: 'ES256', typ: 'at+jwt' });
	const signed = `${head}.${encode(claims)}`;
	const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
	return `${signed}.${signature.toString('base64url')}`;
}

export function importSigningKey(jwk: JsonWebKey): KeyObject {
	return createPrivateKey({ key: jwk, format: 'jwk' });
}

/** The JWS with one text of its payload replaced and its signature kept. */
export function alterPayload(jws: string, from: string, to: string): string {
	const [head, payload = '', signature] = jws.split('.');
	const text = Buffer.from(payload, 'base64url').toString();
	if (!text.includes(from)) throw new Error('there is nothing to alter');
	return `${head}.${Buffer.from(text.replace(from, to)).toString('base64url')}.${signature}`;
}

function encode(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}
