// The policy engine of production: a real OpenFGA server. The one place that meets @openfga/sdk.
// A missing, malformed, failed or late answer is `policy-unavailable`, which is a no.

import { err, ok, type Result } from '@cordon/shared';
import { ConsistencyPreference, OpenFgaClient, type TupleKey } from '@openfga/sdk';
import type { PolicyModel } from './authorization-model.ts';
import type { RelationshipEngine, Tuple } from './relationship-engine.ts';

export interface OpenFgaAddress {
	readonly apiUrl: string;
	readonly storeId: string;
	/** Pinned: an answer from a model that someone wrote since would be an answer to another question. */
	readonly modelId: string;
	readonly timeoutMs: number;
}

export interface OpenFgaServer {
	readonly apiUrl: string;
	readonly timeoutMs: number;
}

/** The server takes at most 100 relationships in one write. */
const tuplesPerWrite = 50;

/**
 * Errors  throws where `apiUrl`, `storeId` or `modelId` is not one: a setting that stops the start.
 */
export function createOpenFgaEngine(address: OpenFgaAddress): RelationshipEngine {
	const client = connect(address, { storeId: address.storeId, authorizationModelId: address.modelId });
	return {
		check: async ({ user, relation, object, context, contextualTuples }) => {
			const request = {
				user,
				relation,
				object,
				context: context ?? {},
				contextualTuples: (contextualTuples ?? []).map(toKey),
			};
			try {
				// A cached answer could outlive a withdrawn grant.
				const consistency = ConsistencyPreference.HigherConsistency;
				const answer = await within(address.timeoutMs, client.check(request, { consistency }));
				return typeof answer?.allowed === 'boolean' ? ok(answer.allowed) : err('policy-unavailable');
			} catch {
				return err('policy-unavailable');
			}
		},
	};
}

/** Makes a new store with this model and these relationships. Errors  `policy-unavailable`: nothing may be relied on. */
export async function writeModelAndTuples(
	server: OpenFgaServer,
	storeName: string,
	model: PolicyModel,
	tuples: readonly Tuple[],
): Promise<Result<OpenFgaAddress, 'policy-unavailable'>> {
	try {
		const { id: storeId } = await connect(server, {}).createStore({ name: storeName });
		const client = connect(server, { storeId });
		const { authorization_model_id: modelId } = await client.writeAuthorizationModel(model.json);
		const writer = connect(server, { storeId, authorizationModelId: modelId });
		for (let start = 0; start < tuples.length; start += tuplesPerWrite) {
			await writer.write(
				{ writes: tuples.slice(start, start + tuplesPerWrite).map(toKey) },
				{ transaction: { disable: false } },
			);
		}
		return ok({ ...server, storeId, modelId });
	} catch {
		return err('policy-unavailable');
	}
}

function connect(
	server: OpenFgaServer,
	store: { readonly storeId?: string; readonly authorizationModelId?: string },
): OpenFgaClient {
	return new OpenFgaClient({
		apiUrl: server.apiUrl,
		...store,
		retryParams: { maxRetry: 0 },
		baseOptions: { timeout: server.timeoutMs, maxRedirects: 0 },
	});
}

function toKey(tuple: Tuple): TupleKey {
	const { user, relation, object, condition } = tuple;
	if (condition === undefined) return { user, relation, object };
	return { user, relation, object, condition: { name: condition.name, context: { ...condition.context } } };
}

/** The client's own timeout covers one attempt's socket only; this one covers the whole answer. */
async function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T | null> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<null>((resolve) => {
		timer = setTimeout(() => resolve(null), timeoutMs);
	});
	try {
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
}
