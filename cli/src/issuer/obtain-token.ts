// Gets an access token for a simulated person from their issuer, bound to the key that signs their requests.

import {
	type Clock,
	createDpopProof,
	err,
	isPlainHttpOffLoopback,
	newRequestId,
	ok,
	type Random,
	type RequestKey,
	type Result,
	Sensitive,
} from '@cordon/shared';
import { SignJWT } from 'jose';
import { z } from 'zod';

export type PersonCredential = { readonly secret: Sensitive<string> } | { readonly key: RequestKey };

export interface TokenRequest {
	readonly issuer: string;
	readonly person: string;
	readonly credential: PersonCredential;
	/** See resourceOf. */
	readonly resource: string;
	/** The token is bound to this key; it must sign the requests that the token goes with. */
	readonly dpopKey: RequestKey;
	readonly timeoutMs: number;
}

export interface ObtainedToken {
	readonly token: Sensitive<string>;
	readonly expiresMs: number;
}

/** `issuer-refused`: it answered, and the answer was no, or was not the token that was asked for. */
export type TokenFault = 'issuer-unreachable' | 'issuer-refused';

interface Sources {
	readonly clock: Clock;
	readonly random: Random;
}

const discovery = z.object({ issuer: z.string(), token_endpoint: z.url() });
const answer = z.object({
	access_token: z.string().min(1).max(16_384),
	token_type: z.literal('DPoP'),
	expires_in: z.int().positive(),
});
const assertionLifetimeSeconds = 60;

export async function obtainToken(
	request: TokenRequest,
	sources: Sources,
): Promise<Result<ObtainedToken, TokenFault>> {
	try {
		const endpoint = await findEndpoint(request);
		if (endpoint === null) return err('issuer-refused');
		const nowMs = sources.clock.nowMs();
		const jti = newRequestId(sources.random);
		const proof = { method: 'POST', url: endpoint, token: null, jti, nowMs };
		const { headers, form } = await authenticate(request, sources);
		const response = await fetch(endpoint, {
			method: 'POST',
			headers: { ...headers, dpop: await createDpopProof(proof, request.dpopKey) },
			body: new URLSearchParams({
				grant_type: 'client_credentials',
				resource: request.resource,
				...form,
			}),
			redirect: 'error',
			signal: AbortSignal.timeout(request.timeoutMs),
		});
		const parsed = answer.safeParse(response.ok ? await response.json() : null);
		if (!parsed.success) return err('issuer-refused');
		const expiresMs = nowMs + parsed.data.expires_in * 1000;
		return ok({ token: new Sensitive(parsed.data.access_token), expiresMs });
	} catch {
		return err('issuer-unreachable');
	}
}

/** RFC 8414 in OpenID's place for it; null where the metadata are another issuer's, or lead off TLS. */
async function findEndpoint(request: TokenRequest): Promise<string | null> {
	if (isPlainHttpOffLoopback(request.issuer)) return null;
	const response = await fetch(`${request.issuer}/.well-known/openid-configuration`, {
		redirect: 'error',
		signal: AbortSignal.timeout(request.timeoutMs),
	});
	const parsed = discovery.safeParse(response.ok ? await response.json() : null);
	if (!parsed.success || parsed.data.issuer !== request.issuer) return null;
	return isPlainHttpOffLoopback(parsed.data.token_endpoint) ? null : parsed.data.token_endpoint;
}

interface ClientAuthentication {
	readonly headers: Readonly<Record<string, string>>;
	readonly form: Readonly<Record<string, string>>;
}

async function authenticate(request: TokenRequest, sources: Sources): Promise<ClientAuthentication> {
	const { credential, person, issuer } = request;
	if ('secret' in credential) {
		// RFC 6749 section 2.3.1: form-encoded before base64.
		const pair = `${encodeURIComponent(person)}:${encodeURIComponent(credential.secret.reveal())}`;
		return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, form: {} };
	}
	const nowSeconds = Math.floor(sources.clock.nowMs() / 1000);
	const assertion = await new SignJWT({ jti: newRequestId(sources.random) })
		.setProtectedHeader({ alg: 'ES256' })
		.setIssuer(person)
		.setSubject(person)
		.setAudience(issuer)
		.setIssuedAt(nowSeconds)
		.setExpirationTime(nowSeconds + assertionLifetimeSeconds)
		.sign(credential.key.privateKey);
	return {
		headers: {},
		form: {
			client_id: person,
			client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
			client_assertion: assertion,
		},
	};
}
