// Brings an OpenFGA store in line with the hospital's own word, for `cordon node authz sync`; or says how it differs.
// Success is what a fresh read shows, never what a write answered.

import { err, ok, type Result } from '@cordon/shared';
import type { PolicyModel } from './authorization-model.ts';
import type { OpenFgaServer } from './openfga-client.ts';
import { hasStore, maxTuplesPerWrite, type OpenFgaStore, openStore } from './openfga-store.ts';
import { planSync, type RelationCounts } from './plan-sync.ts';
import type { Tuple } from './relationship-engine.ts';
import { isSameModel } from './same-model.ts';

type Answer<T> = Promise<Result<T, 'policy-unavailable'>>;

export interface WantedStore {
	readonly model: PolicyModel;
	readonly tuples: readonly Tuple[];
}

/** Counts by relation; never who. A relationship whose condition was replaced is in both lists. */
export interface SyncReport {
	readonly storeId: string;
	readonly modelId: string;
	readonly added: RelationCounts;
	readonly removed: RelationCounts;
	readonly unchanged: number;
}

export interface StoreDifference {
	readonly isInSync: boolean;
	/** `other`: it is not this program's; `absent`: the store, or the model in it, does not exist. */
	readonly model: 'same' | 'other' | 'absent';
	readonly missing: RelationCounts;
	readonly extra: RelationCounts;
	readonly unchanged: number;
}

/**
 * `modelId` is the model that has been pinned so far: it stays where it still means the same, whatever was written since.
 * Errors  `policy-unavailable` not finished: the store grants at most what it granted or what it shall grant (see
 *         planSync), and the next run goes on from there.
 */
export async function syncStore(
	server: OpenFgaServer,
	known: { readonly storeId: string; readonly modelId: string | null },
	wanted: WantedStore,
): Answer<SyncReport> {
	const { storeId } = known;
	const store = openStore(server, storeId);
	const modelId = await modelFor(store, known.modelId, wanted.model);
	if (!modelId.ok) return modelId;
	const found = await store.tuples();
	if (!found.ok) return found;
	const { steps, ...counts } = planSync(wanted.model, wanted.tuples, found.value, maxTuplesPerWrite);
	for (const step of steps) {
		const changed = await store.change(modelId.value, step);
		if (!changed.ok) return changed;
	}
	const ids = { storeId, modelId: modelId.value };
	const after = await compareStore(server, ids, wanted);
	if (!after.ok) return after;
	return after.value.isInSync ? ok({ ...ids, ...counts }) : err('policy-unavailable');
}

/**
 * Changes nothing. `known` is null, and its `modelId`, where there is none yet.
 * Errors  `policy-unavailable` it is not known whether the store differs.
 */
export async function compareStore(
	server: OpenFgaServer,
	known: { readonly storeId: string; readonly modelId: string | null } | null,
	wanted: WantedStore,
): Answer<StoreDifference> {
	if (known === null) return ok(differenceOf('absent', wanted, []));
	const exists = await hasStore(server, known.storeId);
	if (!exists.ok) return exists;
	if (!exists.value) return ok(differenceOf('absent', wanted, []));
	const store = openStore(server, known.storeId);
	const stored = known.modelId === null ? ok(null) : await store.modelOf(known.modelId);
	if (!stored.ok) return stored;
	const found = await store.tuples();
	if (!found.ok) return found;
	if (stored.value === null) return ok(differenceOf('absent', wanted, found.value));
	const isSame = isWanted(stored.value.model, wanted.model);
	return ok(differenceOf(isSame ? 'same' : 'other', wanted, found.value));
}

async function modelFor(store: OpenFgaStore, pinned: string | null, wanted: PolicyModel): Answer<string> {
	if (pinned !== null) {
		const kept = await store.modelOf(pinned);
		if (!kept.ok) return kept;
		if (kept.value !== null && isWanted(kept.value.model, wanted)) return ok(pinned);
	}
	const newest = await store.newestModel();
	if (!newest.ok) return newest;
	if (newest.value !== null && isWanted(newest.value.model, wanted)) return ok(newest.value.id);
	return store.writeModel(wanted);
}

function isWanted(model: PolicyModel | null, wanted: PolicyModel): boolean {
	return model !== null && isSameModel(model, wanted);
}

function differenceOf(
	model: StoreDifference['model'],
	wanted: WantedStore,
	found: readonly Tuple[],
): StoreDifference {
	const { steps, added, removed, unchanged } = planSync(
		wanted.model,
		wanted.tuples,
		found,
		maxTuplesPerWrite,
	);
	const isInSync = model === 'same' && steps.length === 0;
	return { isInSync, model, missing: added, extra: removed, unchanged };
}
