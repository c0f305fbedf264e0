// The policy engine of production: a real OpenFGA server, asked about one store and one model.
// A missing, malformed, failed or late answer is `policy-unavailable`, which is a no.

import { err, ok } from '@cordon/shared';
import { ConsistencyPreference } from '@openfga/sdk';
import { answerOf, connect, type OpenFgaAddress, toKey } from './openfga-client.ts';
import type { RelationshipEngine } from './relationship-engine.ts';

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
			// A cached answer could outlive a withdrawn grant.
			const consistency = ConsistencyPreference.HigherConsistency;
			const answer = await answerOf(address, client.check(request, { consistency }));
			if (!answer.ok) return answer;
			const allowed: unknown = answer.value.allowed;
			return typeof allowed === 'boolean' ? ok(allowed) : err('policy-unavailable');
		},
	};
}
