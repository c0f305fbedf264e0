// Writes a model and relationships into a new store of a real server, for tests that then ask or change it.

import {
	createStore,
	type OpenFgaAddress,
	type OpenFgaServer,
	syncStore,
	type WantedStore,
} from '@cordon/policies';

/** Errors  throws where the server did not take them: the test has nothing to ask then. */
export async function writtenStore(server: OpenFgaServer, wanted: WantedStore): Promise<OpenFgaAddress> {
	const store = await createStore(server, 'cordon-test');
	if (!store.ok) throw new Error(store.error);
	const written = await syncStore(server, { storeId: store.value, modelId: null }, wanted);
	if (!written.ok) throw new Error(written.error);
	return { ...server, storeId: written.value.storeId, modelId: written.value.modelId };
}
