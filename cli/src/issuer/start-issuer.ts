// A real OAuth issuer for simulations: every simulated person is a client of their own, and gets short-lived
// access tokens (RFC 9068) for one network, bound to the key that they will sign with (RFC 9449).

import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ListenAddress, PublicRequestKey, Sensitive } from '@cordon/shared';
import type { JWK } from 'jose';
import { errors, Provider } from 'oidc-provider';
import { ReplayStore } from './replay-store.ts';

/** Authenticates by `secret` (client_secret_basic) or by `publicJwk` (private_key_jwt). */
export type IssuedPerson = { readonly id: string } & (
	| { readonly secret: Sensitive<string> }
	| { readonly publicJwk: PublicRequestKey }
);

export interface IssuerOptions {
	/** 0 takes a free one. */
	readonly port: number;
	/** Off loopback a place is whole: where it listens, as what it is known, and with which certificate. */
	readonly place?: {
		readonly host: string;
		/** The `iss` of its tokens. */
		readonly url: string;
		readonly certificate: string;
		readonly key: Sensitive<string>;
	};
	readonly people: readonly IssuedPerson[];
	/** The network's name, as `aud` of every token. */
	readonly audience: string;
	/** Private P-256 JWK; the same key after a restart, so that tokens outlive it. */
	readonly signingKey: Sensitive<JWK>;
}

export interface RunningIssuer {
	readonly issuer: string;
	readonly jwksUri: string;
	readonly close: () => Promise<void>;
}

const tokenLifetimeSeconds = 600;
const loopback = '127.0.0.1';

/** The resource indicator (RFC 8707) of a network: what a token request names to get its audience. */
export function resourceOf(network: string): string {
	return `urn:cordon:network:${encodeURIComponent(network)}`;
}

/** Listens on loopback, or where `place` says, with TLS. Errors  rejects where the port is taken. */
export async function startIssuer(options: IssuerOptions): Promise<RunningIssuer> {
	const { place } = options;
	const server =
		place === undefined
			? createServer()
			: createTlsServer({ cert: place.certificate, key: place.key.reveal() });
	const port = await listen(server, { host: place?.host ?? loopback, port: options.port });
	const issuer = place?.url ?? `http://${loopback}:${port}`;
	const answer = new Provider(issuer, configure(options)).callback();
	server.on('request', (request, response) => {
		answer(request, response).catch(() => response.destroy());
	});
	return { issuer, jwksUri: `${issuer}/jwks`, close: () => close(server) };
}

function configure(options: IssuerOptions): Readonly<Record<string, unknown>> {
	const resource = resourceOf(options.audience);
	const resourceServer = {
		scope: '',
		audience: options.audience,
		accessTokenTTL: tokenLifetimeSeconds,
		accessTokenFormat: 'jwt',
		jwt: { sign: { alg: 'ES256' } },
	};
	return {
		adapter: ReplayStore,
		clients: options.people.map(clientOf),
		jwks: { keys: [{ ...options.signingKey.reveal(), alg: 'ES256', use: 'sig' }] },
		clientAuthMethods: ['client_secret_basic', 'private_key_jwt'],
		responseTypes: ['none'],
		scopes: [],
		clientDefaults: { id_token_signed_response_alg: 'ES256' },
		ttl: { ClientCredentials: tokenLifetimeSeconds },
		// Nothing here has a session; the key only keeps the library from making a weak one.
		cookies: { keys: [crypto.randomUUID()] },
		features: {
			devInteractions: { enabled: false },
			clientCredentials: { enabled: true },
			dPoP: { enabled: true },
			resourceIndicators: {
				enabled: true,
				defaultResource: () => resource,
				getResourceServerInfo: (_context: unknown, asked: string) => {
					if (asked !== resource) throw new errors.InvalidTarget();
					return resourceServer;
				},
			},
		},
	};
}

function clientOf(person: IssuedPerson): Readonly<Record<string, unknown>> {
	const client = {
		client_id: person.id,
		grant_types: ['client_credentials'],
		redirect_uris: [],
		response_types: [],
		dpop_bound_access_tokens: true,
	};
	if ('secret' in person) {
		const method = { token_endpoint_auth_method: 'client_secret_basic' };
		return { ...client, ...method, client_secret: person.secret.reveal() };
	}
	return {
		...client,
		token_endpoint_auth_method: 'private_key_jwt',
		token_endpoint_auth_signing_alg: 'ES256',
		jwks: { keys: [{ ...person.publicJwk, alg: 'ES256', use: 'sig' }] },
	};
}

function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			const address = server.address();
			if (address === null || typeof address === 'string') reject(new Error('the issuer has no port'));
			else resolve(address.port);
		});
	});
}

function close(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}
