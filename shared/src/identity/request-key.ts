// The researcher's own key: it binds the access token, signs requests and proves possession. ES256 (P-256).

import {
	type CryptoKey,
	calculateJwkThumbprint,
	exportJWK,
	generateKeyPair,
	importJWK,
	type JWK,
} from 'jose';
import { Sensitive } from '../sensitive.ts';

/** The public part and nothing else: no key id, no private part. */
export interface PublicRequestKey {
	readonly kty: 'EC';
	readonly crv: 'P-256';
	readonly x: string;
	readonly y: string;
}

export interface RequestKey {
	readonly privateKey: CryptoKey;
	readonly publicJwk: PublicRequestKey;
	/** RFC 7638 thumbprint, SHA-256, base64url: what `cnf.jkt` of a bound token holds. */
	readonly jkt: string;
}

/** The private JWK is for the researcher's own key file; importRequestKey reads it back. */
export async function newRequestKey(): Promise<{
	readonly key: RequestKey;
	readonly privateJwk: Sensitive<JWK>;
}> {
	const pair = await generateKeyPair('ES256', { extractable: true });
	const privateJwk = new Sensitive(await exportJWK(pair.privateKey));
	return { key: await importRequestKey(privateJwk), privateJwk };
}

/** Errors  throws where the JWK is not a private P-256 key: a damaged key file. */
export async function importRequestKey(privateJwk: Sensitive<JWK>): Promise<RequestKey> {
	const { kty, crv, x, y, d } = privateJwk.reveal();
	if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined || d === undefined) {
		throw new Error('a request key is a private P-256 JWK');
	}
	const publicJwk: PublicRequestKey = { kty: 'EC', crv: 'P-256', x, y };
	const privateKey = await importJWK({ ...publicJwk, d }, 'ES256', { extractable: false });
	if (privateKey instanceof Uint8Array) throw new Error('a request key is not symmetric');
	return { privateKey, publicJwk, jkt: await thumbprintOf(publicJwk) };
}

export function thumbprintOf(key: PublicRequestKey): Promise<string> {
	return calculateJwkThumbprint({ ...key }, 'sha256');
}
