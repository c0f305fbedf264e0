// How this program reaches an OpenFGA server: by one key, without retries, redirects or a proxy from the environment.
// With openfga-engine.ts and openfga-store.ts the one place that meets @openfga/sdk.

import { err, ok, type Result, type Sensitive } from '@cordon/shared';
import { CredentialsMethod, OpenFgaClient, type TupleKey } from '@openfga/sdk';
import type { Tuple } from './relationship-engine.ts';

export interface OpenFgaServer {
	readonly apiUrl: string;
	/** The server's pre-shared key; null where it asks for none. */
	readonly token: Sensitive<string> | null;
	/** For one whole answer. */
	readonly timeoutMs: number;
}

export interface OpenFgaAddress extends OpenFgaServer {
	readonly storeId: string;
	/** Pinned: an answer from a model that someone wrote since would be an answer to another question. */
	readonly modelId: string;
}

/** A page of 100 relationships, each with the largest condition a server takes, is a few megabytes. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** Errors  throws where `apiUrl` or an id is not one: a setting that stops the start. */
export function connect(
	server: OpenFgaServer,
	store: { readonly storeId?: string; readonly authorizationModelId?: string },
): OpenFgaClient {
	return new OpenFgaClient({
		apiUrl: server.apiUrl,
		...store,
		...credentialsOf(server),
		// With retries the SDK can report an attempt that failed as an empty success.
		retryParams: { maxRetry: 0 },
		baseOptions: {
			timeout: server.timeoutMs,
			// A redirect or a proxy of the environment would take the key to another host.
			maxRedirects: 0,
			proxy: false,
			maxContentLength: maxAnswerBytes,
		},
	});
}

/**
 * The client's own timeout covers one attempt's socket only; this one covers the whole answer.
 * Errors  `policy-unavailable` late, or failed in any way. The library's message is dropped: it quotes the request.
 */
export async function answerOf<T>(
	{ timeoutMs }: OpenFgaServer,
	answer: Promise<T>,
): Promise<Result<T, 'policy-unavailable'>> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<Result<T, 'policy-unavailable'>>((resolve) => {
		timer = setTimeout(() => resolve(err('policy-unavailable')), timeoutMs);
	});
	try {
		return await Promise.race([answer.then((value) => ok(value)), late]);
	} catch {
		return err('policy-unavailable');
	} finally {
		clearTimeout(timer);
	}
}

export function toKey(tuple: Tuple): TupleKey {
	const { user, relation, object, condition } = tuple;
	if (condition === undefined) return { user, relation, object };
	return { user, relation, object, condition: { name: condition.name, context: { ...condition.context } } };
}

function credentialsOf({
	token,
}: OpenFgaServer): Pick<ConstructorParameters<typeof OpenFgaClient>[0], 'credentials'> {
	if (token === null) return {};
	const config = { token: token.reveal(), headerName: 'Authorization', headerValuePrefix: 'Bearer' };
	return { credentials: { method: CredentialsMethod.ApiToken, config } };
}
