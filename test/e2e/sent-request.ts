// What a researcher's program sends to the coordinator, genuine or tampered with, and what it is told at the door.

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
	createDpopProof,
	newRequestId,
	type RequestKey,
	type SignedRequest,
	signRequest,
	systemClock,
	systemRandom,
} from '@cordon/shared';
import type { Profile } from '../../cli/src/client/profile.ts';
import type { NetworkState } from '../../cli/src/processes/network-state.ts';
import { forgeToken, importSigningKey, type TokenClaims } from './forged-token.ts';

/** Signs with the simulated issuer's own key, which its daemon keeps in a file. */
export interface Forger {
	readonly profile: Profile;
	readonly token: (change?: Partial<TokenClaims>) => string;
	readonly request: (
		question: unknown,
		change?: { readonly audience?: string; readonly key?: RequestKey },
	) => Promise<string>;
}

export async function forgerOf(state: NetworkState, profile: Profile): Promise<Forger> {
	const file = join(dirname(state.issuerFile), 'signing.key');
	const issuerKey = importSigningKey(JSON.parse(await readFile(file, 'utf8')));
	const { issuer, person, network, key } = profile;
	return {
		profile,
		token: (change = {}) => {
			const iat = Math.floor(systemClock.nowMs() / 1000);
			const claims = { iss: issuer, sub: person, aud: network, iat, exp: iat + 600, cnf: { jkt: key.jkt } };
			return forgeToken({ ...claims, ...change }, issuerKey);
		},
		request: (question, change = {}) => {
			const { audience = network, key: signer = key } = change;
			const payload = {
				cordon: 1,
				question,
				audience,
				iatMs: systemClock.nowMs(),
				jti: newRequestId(systemRandom),
			} as const;
			return signRequest(payload, signer);
		},
	};
}

export interface Told {
	readonly httpStatus: number;
	readonly body: Readonly<Record<string, unknown>>;
}

/** With a proof of possession of the profile's key, for the token in the body. */
export async function submit({ profile }: Forger, signed: SignedRequest): Promise<Told> {
	const url = new URL('/v1/queries', profile.coordinatorUrl).href;
	const { token } = signed;
	const proof = { method: 'POST', url, token, jti: newRequestId(systemRandom), nowMs: systemClock.nowMs() };
	const answer = await fetch(url, {
		method: 'POST',
		headers: {
			authorization: `DPoP ${token}`,
			dpop: await createDpopProof(proof, profile.key),
			'content-type': 'application/json',
		},
		body: JSON.stringify(signed),
	});
	return { httpStatus: answer.status, body: (await answer.json()) as Told['body'] };
}
