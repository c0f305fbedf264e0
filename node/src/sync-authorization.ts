// `cordon node authz`: brings the hospital's OpenFGA store in line with its authorization file, or says how it differs.
// Needs the node's files and the server, not the running node.

import {
	compareStore,
	createStore,
	hasStore,
	hospitalTuples,
	loadModel,
	type OpenFgaServer,
	type StoreDifference,
	type SyncReport,
	syncStore,
	type WantedStore,
} from '@cordon/policies';
import { ok, type Result } from '@cordon/shared';
import { keepOpenFgaIds, type OpenFgaIds, readOpenFgaIds } from './adapters/state-folder/openfga-ids.ts';
import type { NodeConfig } from './config/node-config.ts';
import { loadAuthorization } from './load-operator-files.ts';
import { openFgaServerOf } from './open-policy-engine.ts';

type Answer<T> = Promise<Result<T, 'policy-unavailable'>>;

interface Parts {
	readonly server: OpenFgaServer;
	/** Of node.yaml, which wins; else of the state folder; null where neither names a store. */
	readonly known: OpenFgaIds | null;
	readonly isPinnedByConfig: boolean;
	readonly wanted: WantedStore;
}

/** A server may take long over a write of many relationships; a question never waits for this. */
const syncTimeoutMs = 30_000;

/**
 * The ids are kept in the state folder, unless node.yaml names them. Where the report's `modelId` is not the one of
 * node.yaml, node.yaml must be changed before the node starts again.
 * Errors  `policy-unavailable` not finished; run it again. Throws `OperatorFileWrong`, and where node.yaml names no
 *         OpenFGA server or a store that does not exist.
 */
export async function syncAuthorization(config: NodeConfig): Answer<SyncReport> {
	const { server, known, isPinnedByConfig, wanted } = await partsOf(config);
	const store = await storeFor(config, { server, known, isPinnedByConfig });
	if (!store.ok) return store;
	const report = await syncStore(server, store.value, wanted);
	if (!report.ok || isPinnedByConfig) return report;
	const { storeId, modelId } = report.value;
	await keepOpenFgaIds(config.stateFolder, { storeId, modelId });
	return report;
}

/** Changes nothing. Errors  as syncAuthorization; a store that does not exist is a difference here. */
export async function checkAuthorization(config: NodeConfig): Answer<StoreDifference> {
	const { server, known, wanted } = await partsOf(config);
	return compareStore(server, known, wanted);
}

async function partsOf(config: NodeConfig): Promise<Parts> {
	const { policyEngine, stateFolder } = config;
	if (policyEngine.kind !== 'openfga') {
		throw new Error('node.yaml has no OpenFGA server: its authorization file is read at each start instead');
	}
	const authorization = await loadAuthorization(config);
	return {
		server: await openFgaServerOf(policyEngine, syncTimeoutMs),
		known: policyEngine.store ?? (await readOpenFgaIds(stateFolder)),
		isPinnedByConfig: policyEngine.store !== null,
		wanted: { model: loadModel(), tuples: hospitalTuples(authorization) },
	};
}

/** The store that is known and exists, else a new one, kept at once so that a run that fails leaves one store, not many. */
async function storeFor(
	{ hospital, stateFolder }: NodeConfig,
	{ server, known, isPinnedByConfig }: Omit<Parts, 'wanted'>,
): Answer<OpenFgaIds> {
	if (known !== null) {
		const exists = await hasStore(server, known.storeId);
		if (!exists.ok) return exists;
		if (exists.value) return ok(known);
		if (isPinnedByConfig)
			throw new Error('the store that node.yaml names does not exist: remove storeId and modelId');
	}
	const created = await createStore(server, `cordon-${hospital}`);
	if (!created.ok) return created;
	const ids = { storeId: created.value, modelId: null };
	await keepOpenFgaIds(stateFolder, ids);
	return ok(ids);
}
