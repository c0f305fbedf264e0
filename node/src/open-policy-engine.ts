// Opens what answers a node's questions about permission: its authorization file in process, or the hospital's OpenFGA.
// A server's store must hold what the file says: a grant withdrawn in the file but not in the store would still be one.

import { readFile } from 'node:fs/promises';
import {
	compareStore,
	createEvaluator,
	createOpenFgaEngine,
	createVerifiedEngine,
	type HospitalAuthorization,
	hospitalTuples,
	loadModel,
	type OpenFgaServer,
	type RelationshipEngine,
	type StoreState,
	stateOf,
	type WantedStore,
} from '@cordon/policies';
import { ok, type Result, Sensitive } from '@cordon/shared';
import { readOpenFgaIds } from './adapters/state-folder/openfga-ids.ts';
import type { NodeConfig } from './config/node-config.ts';

export type PolicyEngineEvent =
	| 'authorization-unchecked'
	| 'authorization-out-of-sync'
	| 'authorization-in-sync';

type OpenFgaConfig = Extract<NodeConfig['policyEngine'], { readonly kind: 'openfga' }>;

/** What `cordon node authz sync` would mend. */
export class AuthorizationNotSynced extends Error {
	constructor(what: string) {
		super(`${what}: run \`cordon node authz sync --config FILE\``);
		this.name = 'AuthorizationNotSynced';
	}
}

const engineTimeoutMs = 2_000;

const events: Readonly<Record<StoreState, PolicyEngineEvent>> = {
	unchecked: 'authorization-unchecked',
	'out-of-sync': 'authorization-out-of-sync',
	'in-sync': 'authorization-in-sync',
};

/**
 * Errors  throws `AuthorizationNotSynced` where there is no store yet, or it differs from the file. A server that
 *         gives no answer stops no start: `report` hears it, and every question is denied until the store was compared.
 */
export async function openPolicyEngine(
	config: NodeConfig,
	authorization: HospitalAuthorization,
	report: (event: PolicyEngineEvent) => void,
): Promise<RelationshipEngine> {
	const wanted: WantedStore = { model: loadModel(), tuples: hospitalTuples(authorization) };
	const { policyEngine } = config;
	if (policyEngine.kind === 'in-process') return createEvaluator(wanted.model, wanted.tuples);
	const ids = policyEngine.store ?? (await readOpenFgaIds(config.stateFolder));
	if (ids === null || ids.modelId === null) {
		throw new AuthorizationNotSynced('the policy engine has no store of this hospital');
	}
	const address = {
		...(await openFgaServerOf(policyEngine, engineTimeoutMs)),
		storeId: ids.storeId,
		modelId: ids.modelId,
	};
	const isInSync = async (): Promise<Result<boolean, 'policy-unavailable'>> => {
		const difference = await compareStore(address, address, wanted);
		return difference.ok ? ok(difference.value.isInSync) : difference;
	};
	const first = stateOf(await isInSync());
	if (first === 'out-of-sync') {
		throw new AuthorizationNotSynced('the store of the policy engine differs from the authorization file');
	}
	if (first === 'unchecked') report(events[first]);
	return createVerifiedEngine(createOpenFgaEngine(address), first, isInSync, (state) =>
		report(events[state]),
	);
}

/** Errors  throws where the key's file cannot be read or is empty: a server that asks for none is said by leaving it out. */
export async function openFgaServerOf(
	{ apiUrl, tokenFile }: OpenFgaConfig,
	timeoutMs: number,
): Promise<OpenFgaServer> {
	if (tokenFile === null) return { apiUrl, token: null, timeoutMs };
	const text = (await readFile(tokenFile, 'utf8')).trim();
	// What a header takes: a line break inside would begin another one.
	if (!/^[\x21-\x7e]+$/.test(text)) throw new Error("policyEngine.tokenFile does not hold one server's key");
	return { apiUrl, token: new Sensitive(text), timeoutMs };
}
