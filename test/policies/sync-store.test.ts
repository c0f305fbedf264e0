// Bringing a store of a real server in line with an authorization file: what is withdrawn is denied at once, nobody
// else's word stays in it, and a run that was cut off never counts as done.

import {
	compareStore,
	createOpenFgaEngine,
	type HospitalAuthorization,
	hospitalTuples,
	loadModel,
	type OpenFgaAddress,
	type OpenFgaServer,
	parseModel,
	type SyncReport,
	syncStore,
	type Tuple,
	type WantedStore,
} from '@cordon/policies';
import type { Result } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../policies/src/openfga-store.ts';
import { missingOpenFga, sharedOpenFga } from '../servers/openfga-server.ts';
import { type Failure, openFailingProxy } from './failing-proxy.ts';
import { writtenStore } from './written-store.ts';

const apiUrl = await sharedOpenFga();
const server: OpenFgaServer = { apiUrl: apiUrl ?? '', token: null, timeoutMs: 5000 };
const model = loadModel();
const none = { ok: false, error: 'policy-unavailable' };
const no = { ok: true, value: false };
const yes = { ok: true, value: true };

function fileWith(change: {
	readonly members?: readonly string[];
	readonly until?: string;
}): HospitalAuthorization {
	return {
		hospital: 'north',
		dataset: 'north',
		stewards: ['sam'],
		complianceOfficers: ['cleo'],
		projects: [
			{
				id: 'glioma',
				members: change.members ?? ['ana', 'ben'],
				purposes: ['HMB'],
				asks: ['count'],
				exact: false,
				until: change.until ?? '2026-12-31',
			},
		],
	};
}

const wantedOf = (file: HospitalAuthorization): WantedStore => ({ model, tuples: hospitalTuples(file) });
const first = wantedOf(fileWith({}));

function sync(address: OpenFgaAddress, wanted: WantedStore): Promise<Result<SyncReport, string>> {
	return syncStore(server, address, wanted);
}

const isMember = (address: OpenFgaAddress, person: string) =>
	createOpenFgaEngine(address).check({
		user: `user:${person}`,
		relation: 'member',
		object: 'project:glioma',
	});

const mayCount = (address: OpenFgaAddress, now: string) =>
	createOpenFgaEngine(address).check({
		user: 'project:glioma',
		relation: 'can_ask_count',
		object: 'dataset:north',
		context: { now, asked: 'HMB' },
	});

async function writeByHand(address: OpenFgaAddress, writes: readonly Tuple[]): Promise<void> {
	const written = await openStore(server, address.storeId).change(address.modelId, { deletes: [], writes });
	if (!written.ok) throw new Error(written.error);
}

describe.skipIf(apiUrl === null)(apiUrl === null ? missingOpenFga : 'syncStore on an OpenFGA server', () => {
	it('writes model and relationships into an empty store, and reports them by relation', async () => {
		const address = await writtenStore(server, { model, tuples: [] });
		const report = await syncStore(server, { storeId: address.storeId, modelId: null }, first);
		expect(report).toEqual({
			ok: true,
			value: {
				storeId: address.storeId,
				modelId: address.modelId,
				added: {
					'audit_log#hospital': 1,
					'dataset#approved': 1,
					'dataset#count': 1,
					'dataset#hospital': 1,
					'dataset#purpose': 1,
					'hospital#compliance_officer': 1,
					'hospital#steward': 1,
					'project#hospital': 1,
					'project#member': 2,
				},
				removed: {},
				unchanged: 0,
			},
		});
	});

	it('changes nothing the second time, and keeps the model', async () => {
		const address = await writtenStore(server, first);
		const { storeId, modelId } = address;
		const value = { storeId, modelId, added: {}, removed: {}, unchanged: first.tuples.length };
		expect(await sync(address, first)).toEqual({ ok: true, value });
		expect(await syncStore(server, { storeId, modelId: null }, first)).toEqual({ ok: true, value });
	});

	it('denies a member at once who was withdrawn', async () => {
		const address = await writtenStore(server, first);
		expect(await isMember(address, 'ben')).toEqual(yes);
		const report = await sync(address, wantedOf(fileWith({ members: ['ana'] })));
		expect(report).toMatchObject({ ok: true, value: { added: {}, removed: { 'project#member': 1 } } });
		expect(await isMember(address, 'ben')).toEqual(no);
		expect(await isMember(address, 'ana')).toEqual(yes);
	});

	it('replaces what a changed day of an approval touches', async () => {
		const address = await writtenStore(server, first);
		expect(await mayCount(address, '2026-12-31T23:59:59Z')).toEqual(yes);
		expect(await sync(address, wantedOf(fileWith({ until: '2026-11-30' })))).toMatchObject({
			ok: true,
			value: {
				added: { 'dataset#approved': 1, 'dataset#count': 1 },
				removed: { 'dataset#approved': 1, 'dataset#count': 1 },
			},
		});
		expect(await mayCount(address, '2026-12-01T00:00:00Z')).toEqual(no);
		expect(await mayCount(address, '2026-11-30T23:59:59Z')).toEqual(yes);
	});

	it('removes what somebody wrote by hand, also what no file could say', async () => {
		const address = await writtenStore(server, first);
		await writeByHand(address, [
			{ user: 'user:eve', relation: 'member', object: 'project:glioma' },
			{ user: 'user:eve', relation: 'steward', object: 'hospital:elsewhere' },
		]);
		expect(await isMember(address, 'eve')).toEqual(yes);
		const removed = { 'hospital#steward': 1, 'project#member': 1 };
		const difference = { isInSync: false, model: 'same', missing: {}, extra: removed };
		expect(await compareStore(server, address, first)).toMatchObject({ ok: true, value: difference });
		expect(await isMember(address, 'eve')).toEqual(yes);
		expect(await sync(address, first)).toMatchObject({ ok: true, value: { added: {}, removed } });
		expect(await isMember(address, 'eve')).toEqual(no);
	});

	it('reads and writes more relationships than one page or one write takes', async () => {
		const members = Array.from({ length: 260 }, (_person, index) => `person-${index}`);
		const many = wantedOf(fileWith({ members }));
		const address = await writtenStore(server, many);
		expect(await sync(address, many)).toMatchObject({ ok: true, value: { unchanged: many.tuples.length } });
		expect(await isMember(address, 'person-259')).toEqual(yes);
		const report = await sync(address, wantedOf(fileWith({ members: members.slice(0, 10) })));
		expect(report).toMatchObject({ ok: true, value: { added: {}, removed: { 'project#member': 250 } } });
		expect(await isMember(address, 'person-259')).toEqual(no);
	});

	it('keeps a pinned model that still means the same, whatever was written since', async () => {
		const address = await writtenStore(server, first);
		const other = parseModel('model\n  schema 1.1\ntype user\n');
		const foreign = await openStore(server, address.storeId).writeModel(other);
		expect(await sync(address, first)).toMatchObject({ ok: true, value: { modelId: address.modelId } });
		const pinnedToOther = { ...address, modelId: foreign.ok ? foreign.value : '' };
		expect(await compareStore(server, pinnedToOther, first)).toMatchObject({
			ok: true,
			value: { isInSync: false, model: 'other' },
		});
		const again = await sync(pinnedToOther, first);
		expect(again.ok && again.value.modelId !== pinnedToOther.modelId).toBe(true);
	});

	it('says that a store, or a model, is not there', async () => {
		const address = await writtenStore(server, first);
		const nowhere = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
		for (const known of [null, { ...address, storeId: nowhere }, { ...address, modelId: nowhere }]) {
			expect(await compareStore(server, known, first)).toMatchObject({
				ok: true,
				value: { isInSync: false, model: 'absent' },
			});
		}
	});
});

describe.skipIf(apiUrl === null)(apiUrl === null ? missingOpenFga : 'syncStore that is cut off', () => {
	const people = (prefix: string): readonly string[] =>
		Array.from({ length: 120 }, (_p, i) => `${prefix}-${i}`);
	const before = wantedOf(fileWith({ members: [...people('old'), 'ana'] }));
	const after = wantedOf(fileWith({ members: [...people('new'), 'ana'], until: '2027-06-30' }));

	it.each<[Failure, number]>([
		['before', 0],
		['before', 1],
		['before', 3],
		['before', 6],
		['after', 0],
		['after', 2],
		['after', 5],
		['pretended', 0],
		['pretended', 4],
	])(
		'(%s write %i) does not say that it is done, grants no mixture, and is completed by the next',
		async (failure, from) => {
			const address = await writtenStore(server, before);
			const proxy = await openFailingProxy(server.apiUrl, { from, failure });
			const cut = await syncStore({ ...server, apiUrl: proxy.apiUrl }, address, after);
			await proxy.close();
			expect(cut).toEqual(none);
			expect(proxy.writes()).toBeGreaterThan(from);

			const held = await openStore(server, address.storeId).tuples();
			if (!held.ok) throw new Error(held.error);
			const names = new Set(held.value.map(({ user }) => user.replace(/\d+$/, '')));
			expect(names.has('user:old-') && names.has('user:new-')).toBe(false);

			const difference = await compareStore(server, address, after);
			expect(difference.ok && difference.value.isInSync).toBe(false);
			expect((await sync(address, after)).ok).toBe(true);
			expect(await compareStore(server, address, after)).toMatchObject({
				ok: true,
				value: { isInSync: true },
			});
		},
	);

	it('goes through the same proxy where nothing fails', async () => {
		const address = await writtenStore(server, before);
		const proxy = await openFailingProxy(server.apiUrl, { from: null, failure: 'before' });
		expect((await syncStore({ ...server, apiUrl: proxy.apiUrl }, address, after)).ok).toBe(true);
		await proxy.close();
		expect(proxy.writes()).toBeGreaterThan(6);
	});
});
