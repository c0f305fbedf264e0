// Runs the engines' contract on the evaluator, and on a real server where one is found.

import {
	createEvaluator,
	createOpenFgaEngine,
	createStore,
	loadModel,
	type OpenFgaAddress,
	type RelationshipEngine,
	syncStore,
} from '@cordon/policies';
import { describe, expect, it } from 'vitest';
import { missingOpenFga, sharedOpenFga } from '../servers/openfga-server.ts';
import { engineContract, type OpenEngine } from './engine-contract.ts';

const apiUrl = await sharedOpenFga();
const server = { apiUrl: apiUrl ?? '', token: null, timeoutMs: 5000 };
const absent = { storeId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', modelId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };

engineContract('createEvaluator', async (model, tuples) => createEvaluator(model, tuples));

describe.skipIf(apiUrl === null)(apiUrl === null ? missingOpenFga : 'a real OpenFGA server', () => {
	const open: OpenEngine = async (model, tuples): Promise<RelationshipEngine> => {
		const store = await createStore(server, 'cordon-contract');
		if (!store.ok) throw new Error(store.error);
		const known = { storeId: store.value, modelId: null };
		const written = await syncStore(server, known, { model, tuples });
		if (!written.ok) throw new Error(written.error);
		return createOpenFgaEngine({ ...server, ...written.value });
	};
	engineContract('createOpenFgaEngine', open);

	it('gives no answer from a store that does not exist', async () => {
		const address: OpenFgaAddress = { ...server, ...absent };
		const check = { user: 'user:ana', relation: 'member', object: 'project:glioma' };
		expect(await createOpenFgaEngine(address).check(check)).toEqual({
			ok: false,
			error: 'policy-unavailable',
		});
	});

	it('does not take a relationship that the model does not allow', async () => {
		const tuple = { user: 'user:*', relation: 'member', object: 'project:glioma' };
		await expect(open(loadModel(), [tuple])).rejects.toThrow('policy-unavailable');
	});
});
