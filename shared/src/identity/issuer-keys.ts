// Fetches the signing keys of trusted issuers: their configured addresses only, over TLS, bounded in time and size.

import { createRemoteJWKSet, customFetch, type FetchImplementation, type JWTVerifyGetKey } from 'jose';
import { isPlainHttpOffLoopback } from '../manifest/endpoint.ts';
import type { IssuerKeys } from './verify-access-token.ts';

export interface IssuerKeysOptions {
	readonly timeoutMs: number;
}

/** A key set is a few hundred bytes a key. */
const maxBytes = 262_144;
/** After a fetch, an unknown key id triggers no other for so long: a forger cannot make us hammer the issuer. */
const cooldownMs = 5_000;
const cacheMs = 600_000;

/** Caches by address. Verification that needs a key which cannot be had rejects, and the token is refused. */
export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
	const sets = new Map<string, JWTVerifyGetKey>();
	return ({ jwksUri }) => {
		const known = sets.get(jwksUri);
		if (known !== undefined) return known;
		const set = isPlainHttpOffLoopback(jwksUri) ? refuseAddress : openSet(jwksUri, options);
		sets.set(jwksUri, set);
		return set;
	};
}

function openSet(jwksUri: string, options: IssuerKeysOptions): JWTVerifyGetKey {
	return createRemoteJWKSet(new URL(jwksUri), {
		timeoutDuration: options.timeoutMs,
		cooldownDuration: cooldownMs,
		cacheMaxAge: cacheMs,
		[customFetch]: fetchBounded,
	});
}

async function refuseAddress(): Promise<never> {
	throw new Error('issuer keys are fetched over https only');
}

/** jose asks for redirects not to be followed, and takes no status but 200. */
const fetchBounded: FetchImplementation = async (url, options) => {
	const response = await fetch(url, options);
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of response.body ?? []) {
		length += chunk.length;
		if (length > maxBytes) throw new Error('the key set is too large');
		chunks.push(chunk);
	}
	return new Response(Buffer.concat(chunks), { status: response.status });
};
