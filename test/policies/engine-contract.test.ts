// Runs the engines' contract on the evaluator, and on the server at OPENFGA_API_URL where there is one.

import {
	createEvaluator,
	createOpenFgaEngine,
	loadModel,
	type OpenFgaAddress,
	type RelationshipEngine,
	writeModelAndTuples,
} from '@cordon/policies';
import { describe, expect, it } from 'vitest';
import { engineContract, type OpenEngine } from './engine-contract.ts';

const apiUrl = process.env['OPENFGA_API_URL'];
const absent = { storeId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', modelId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' };

engineContract('createEvaluator', async (model, tuples) => createEvaluator(model, tuples));

describe.skipIf(apiUrl === undefined)('a real OpenFGA server', () => {
	const open: OpenEngine = async (model, tuples): Promise<RelationshipEngine> => {
		const server = { apiUrl: apiUrl ?? '', timeoutMs: 5000 };
		const written = await writeModelAndTuples(server, 'cordon-contract', model, tuples);
		expect(written.ok).toBe(true);
		return createOpenFgaEngine(written.ok ? written.value : { ...server, ...absent });
	};
	engineContract('createOpenFgaEngine', open);

	it('gives no answer from a store that does not exist', async () => {
		const address: OpenFgaAddress = { apiUrl: apiUrl ?? '', timeoutMs: 5000, ...absent };
		const check = { user: 'user:ana', relation: 'member', object: 'project:glioma' };
		expect(await createOpenFgaEngine(address).check(check)).toEqual({
			ok: false,
			error: 'policy-unavailable',
		});
	});

	it('writes nothing where one relationship is not allowed', async () => {
		const tuple = { user: 'user:*', relation: 'member', object: 'project:glioma' };
		const server = { apiUrl: apiUrl ?? '', timeoutMs: 5000 };
		expect(await writeModelAndTuples(server, 'cordon-bad', loadModel(), [tuple])).toEqual({
			ok: false,
			error: 'policy-unavailable',
		});
	});
});
