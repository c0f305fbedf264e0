// `cordon node authz` and the start of a node, on an OpenFGA server that asks for a key: which store is made, found,
// pinned, and what a node does whose store is not what its authorization file says.

import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAuthorization, parseNodeConfig, syncAuthorization } from '@cordon/node';
import { loadModel, parseAuthorization } from '@cordon/policies';
import { Sensitive } from '@cordon/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { freePorts } from '../../cli/src/processes/free-port.ts';
import type { NodeConfig } from '../../node/src/config/node-config.ts';
import { openPolicyEngine } from '../../node/src/open-policy-engine.ts';
import { runCordon } from '../networks/run-cordon.ts';
import {
	missingOpenFga,
	type OpenFgaForTests,
	openFgaBinary,
	startOpenFga,
} from '../servers/openfga-server.ts';
import { openRelay } from './relay.ts';
import { writtenStore } from './written-store.ts';

const binary = openFgaBinary();
const token = 'a-pre-shared-key';
const none = { ok: false, error: 'policy-unavailable' };
const key = 'A'.repeat(43);
const question = { user: 'user:ben', relation: 'member', object: 'project:glioma' };

let server: OpenFgaForTests;
let folder: string;

beforeAll(async () => {
	if (binary !== null) server = await startOpenFga(binary, { token });
});
afterAll(() => server?.stop());
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'cordon-authz-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function writeAuthorization(members: readonly string[]): Promise<void> {
	const project = {
		id: 'glioma',
		members,
		purposes: ['HMB'],
		asks: ['count'],
		exact: false,
		until: '2030-12-31',
	};
	const file = {
		hospital: 'north',
		dataset: 'north',
		stewards: ['sam'],
		complianceOfficers: [],
		projects: [project],
	};
	await writeFile(join(folder, 'authorization.yaml'), JSON.stringify(file));
}

async function configOf(engine: Readonly<Record<string, string>> = {}): Promise<NodeConfig> {
	const text = JSON.stringify({
		cordon: 1,
		hospital: 'north',
		name: 'North',
		state: 'state',
		database: { kind: 'pglite' },
		coordinator: { url: 'http://127.0.0.1:1', identityKey: key, logKey: key },
		k: 11,
		policyEngine: { kind: 'openfga', apiUrl: server.apiUrl, tokenFile: 'token', ...engine },
		accepts: { aggregation: 'secure', publicData: false, epsilonPerEpoch: 1, epsilonForLife: 1 },
		authorization: 'authorization.yaml',
		sources: [{ kind: 'dicom', path: 'dicom' }],
		complianceKey: `CQ${'A'.repeat(41)}`,
	});
	await writeFile(join(folder, 'node.yaml'), text);
	await writeFile(join(folder, 'token'), `${token}\n`);
	const parsed = parseNodeConfig(text, join(folder, 'node.yaml'));
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
	return parsed.value;
}

async function start(config: NodeConfig, events: string[] = []) {
	const parsed = parseAuthorization(parse(await readFile(config.authorizationFile, 'utf8')));
	if (!parsed.ok) throw new Error('the authorization file is wrong');
	return openPolicyEngine(config, parsed.value, (event) => events.push(event));
}

const kept = async (): Promise<unknown> =>
	JSON.parse(await readFile(join(folder, 'state/openfga.json'), 'utf8'));

describe.skipIf(binary === null)(binary === null ? missingOpenFga : 'syncAuthorization', () => {
	it('makes a store once, keeps its ids for the node alone, and finds it again', async () => {
		await writeAuthorization(['ana', 'ben']);
		const config = await configOf();
		const first = await syncAuthorization(config);
		if (!first.ok) throw new Error(first.error);
		const { storeId, modelId } = first.value;
		expect(await kept()).toEqual({ storeId, modelId });
		expect((await stat(join(folder, 'state/openfga.json'))).mode & 0o777).toBe(0o600);
		expect(await syncAuthorization(config)).toMatchObject({
			ok: true,
			value: { storeId, modelId, added: {}, removed: {} },
		});
		expect(await checkAuthorization(config)).toMatchObject({ ok: true, value: { isInSync: true } });
	});

	it('with a wrong key changes nothing and keeps nothing', async () => {
		await writeAuthorization(['ana']);
		const config = await configOf();
		await writeFile(join(folder, 'token'), 'another-key');
		expect(await syncAuthorization(config)).toEqual(none);
		await expect(kept()).rejects.toThrow('ENOENT');
		await expect(start(config)).rejects.toThrow('cordon node authz sync');
	});

	it.each(['', 'two keys', 'a\nb'])('refuses a key file that holds %j', async (text) => {
		await writeAuthorization(['ana']);
		const config = await configOf();
		await writeFile(join(folder, 'token'), text);
		await expect(syncAuthorization(config)).rejects.toThrow('tokenFile');
	});

	it('makes a new store where the kept one is gone', async () => {
		await writeAuthorization(['ana']);
		const config = await configOf();
		const first = await syncAuthorization(config);
		const gone = { storeId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', modelId: null };
		await writeFile(join(folder, 'state/openfga.json'), JSON.stringify(gone));
		const second = await syncAuthorization(config);
		expect(second.ok && first.ok && second.value.storeId !== first.value.storeId).toBe(true);
	});

	it('uses the ids of node.yaml before the kept ones, and makes no store in their place', async () => {
		await writeAuthorization(['ana']);
		await syncAuthorization(await configOf());
		const before = await kept();
		const open = { apiUrl: server.apiUrl, token: new Sensitive(token), timeoutMs: 5000 };
		const { storeId, modelId } = await writtenStore(open, { model: loadModel(), tuples: [] });
		const report = await syncAuthorization(await configOf({ storeId, modelId }));
		expect(report).toMatchObject({ ok: true, value: { storeId, modelId } });
		expect(await kept()).toEqual(before);
		const nowhere = await configOf({ storeId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', modelId });
		await expect(syncAuthorization(nowhere)).rejects.toThrow('does not exist');
	});

	it('stops at a damaged file of ids', async () => {
		await writeAuthorization(['ana']);
		const config = await configOf();
		await syncAuthorization(config);
		await writeFile(join(folder, 'state/openfga.json'), '{"storeId":"../x","modelId":null}');
		await expect(syncAuthorization(config)).rejects.toThrow('damaged');
		await expect(start(config)).rejects.toThrow('damaged');
	});
});

describe.skipIf(binary === null)('the start of a node with an OpenFGA server', () => {
	it('stops without a store, and names the command', async () => {
		await writeAuthorization(['ana']);
		await expect(start(await configOf())).rejects.toThrow('cordon node authz sync');
	});

	it('answers from a store in line with the file', async () => {
		await writeAuthorization(['ana', 'ben']);
		const config = await configOf();
		await syncAuthorization(config);
		const events: string[] = [];
		expect(await (await start(config, events)).check(question)).toEqual({ ok: true, value: true });
		expect(events).toEqual([]);
	});

	it('stops where a grant was withdrawn in the file but not in the store', async () => {
		await writeAuthorization(['ana', 'ben']);
		const config = await configOf();
		await syncAuthorization(config);
		const running = await start(config);
		await writeAuthorization(['ana']);
		await expect(start(config)).rejects.toThrow(
			'differs from the authorization file: run `cordon node authz sync',
		);
		await syncAuthorization(config);
		expect(await (await start(config)).check(question)).toEqual({ ok: true, value: false });
		// A node that runs asks the store, so that it heard of the withdrawal without a new start.
		expect(await running.check(question)).toEqual({ ok: true, value: false });
	});

	it('starts while the server is away, denies, and answers when it is back and in line', async () => {
		await writeAuthorization(['ana', 'ben']);
		await syncAuthorization(await configOf());
		const [port = 0] = await freePorts(1);
		const away = await configOf({ apiUrl: `http://127.0.0.1:${port}` });
		const events: string[] = [];
		const engine = await start(away, events);
		expect(await engine.check(question)).toEqual(none);
		expect(events).toEqual(['authorization-unchecked']);
		const relay = await openRelay(server.apiUrl, port);
		expect(await engine.check(question)).toEqual({ ok: true, value: true });
		expect(events).toEqual(['authorization-unchecked', 'authorization-in-sync']);
		await relay.close();
	});

	it('denies where the server that comes back does not hold what the file says', async () => {
		await writeAuthorization(['ana', 'ben']);
		const config = await configOf();
		await syncAuthorization(config);
		const [port = 0] = await freePorts(1);
		const events: string[] = [];
		await writeAuthorization(['ben']);
		const engine = await start(await configOf({ apiUrl: `http://127.0.0.1:${port}` }), events);
		const relay = await openRelay(server.apiUrl, port);
		expect(await engine.check(question)).toEqual(none);
		expect(events).toEqual(['authorization-unchecked', 'authorization-out-of-sync']);
		await relay.close();
	});
});

describe.skipIf(binary === null)('cordon node authz', () => {
	it('syncs with exit code 0, checks with 1 when the file has changed, and names nobody', async () => {
		await writeAuthorization(['ana', 'ben']);
		await configOf();
		const run = (command: string) =>
			runCordon(['node', 'authz', command, '--config', join(folder, 'node.yaml')]);
		const synced = await run('sync');
		expect(synced).toMatchObject({ exitCode: 0, stderr: '' });
		expect(JSON.parse(synced.stdout)).toMatchObject({ added: { 'project#member': 2 }, unchanged: 0 });
		await writeAuthorization(['ana']);
		const differing = await run('check');
		expect(differing.exitCode).toBe(1);
		expect(JSON.parse(differing.stdout)).toMatchObject({ isInSync: false, extra: { 'project#member': 1 } });
		expect(synced.stdout + differing.stdout).not.toMatch(/ana|ben|a-pre-shared-key/);
	});
});
