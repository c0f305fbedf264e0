import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseNodeConfig } from '@cordon/node';
import { hashParts, openDatabase, type Random, rowsOf } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProfile } from '../client/profile.ts';
import type { NetworkFolder } from '../network/load-network.ts';
import { readNetworkFile } from '../network/network-schema.ts';
import { sampleNetworkYaml } from '../testing/sample-network-file.ts';
import { InputWrong } from './input-wrong.ts';
import { networkIdOf, type PreparedNetwork, prepareNetwork } from './prepare-network.ts';

let root: string;
let prepared: PreparedNetwork;
const clock = { nowMs: () => Date.UTC(2026, 10, 23, 12) };

function random(seed: string): Random {
	let drawn = 0;
	const next = (): Uint8Array => {
		drawn += 1;
		return hashParts(seed, String(drawn));
	};
	return { bytes: (length) => new Uint8Array(Buffer.concat([next(), next()]).subarray(0, length)) };
}

function folderOf(change: Readonly<Record<string, unknown>> = {}): NetworkFolder {
	const read = readNetworkFile(sampleNetworkYaml(change));
	if (!read.ok) throw new Error(JSON.stringify(read.error));
	return { folder: '/network', path: '/network/network.yaml', file: read.value };
}

beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), 'cordon-prepare-'));
	prepared = await prepareNetwork(folderOf(), join(root, 'state'), { clock, random: random('a') });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function filesBelow(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('prepareNetwork', () => {
	it('names network, hospitals and people, and an address on loopback', () => {
		expect(prepared).toMatchObject({
			network: 'glioma-atlas',
			hospitals: ['north', 'south', 'east'],
			people: ['ana', 'ben'],
			coordinatorUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
		});
	});

	it('finds the same network again, and refuses a network.yaml that has changed since', async () => {
		const parts = { clock, random: random('b') };
		const again = await prepareNetwork(folderOf(), join(root, 'state'), parts);
		expect(again.coordinatorUrl).toBe(prepared.coordinatorUrl);
		const changed = prepareNetwork(folderOf({ name: 'Another name' }), join(root, 'state'), parts);
		await expect(changed).rejects.toThrow('network.yaml has changed since the network was founded');
	});

	it('writes for every node a configuration that it reads, with the coordinator’s keys', async () => {
		const { state, hospitals } = prepared;
		const { coordinator } = await readProfile(state.profileFile('ana'));
		for (const hospital of hospitals) {
			const file = state.nodeFile(hospital);
			const config = parseNodeConfig(await readFile(file, 'utf8'), file);
			expect(config).toMatchObject({
				ok: true,
				value: { hospital, coordinator, stateFolder: state.nodeState(hospital) },
			});
			const invitation = JSON.parse(
				await readFile(join(state.hospitalFolder(hospital), 'invitation.json'), 'utf8'),
			);
			expect(invitation).toMatchObject({ hospital, coordinatorUrl: prepared.coordinatorUrl });
		}
	});

	it('founds the network with the shares that its file gives projects and people, and with none otherwise', async () => {
		const policyOf = async (stateFolder: string): Promise<unknown> => {
			const directory = join(stateFolder, 'coordinator', 'state', 'database');
			const database = await openDatabase({ kind: 'pglite', directory });
			const found = await database.read((tx) => tx.execute('select document from founding'));
			await database.close();
			return JSON.parse(String(rowsOf(found)[0]?.['document'])).policy;
		};
		const policy = {
			visibility: 'visible',
			aggregation: 'secure',
			mechanisms: ['noised'],
			epsilonPerProject: 3.3,
		};
		await prepareNetwork(folderOf({ policy }), join(root, 'split'), { clock, random: random('c') });
		expect(await policyOf(join(root, 'split'))).toMatchObject({
			allotments: { epsilonPerProjectMicros: 3_300_000 },
		});
		expect(await policyOf(join(root, 'state'))).not.toHaveProperty('allotments');
	});

	it('gives every party secrets of its own', async () => {
		const { state, hospitals, people } = prepared;
		const profiles = await Promise.all(people.map((person) => readProfile(state.profileFile(person))));
		const invitations = await Promise.all(
			hospitals.map((one) => readFile(join(state.hospitalFolder(one), 'invitation.json'), 'utf8')),
		);
		const secrets = [
			...profiles.map(({ secret }) => secret.reveal()),
			...profiles.map(({ key }) => key.jkt),
			...invitations.map((text) => JSON.parse(text).secret),
		];
		expect(new Set(secrets).size).toBe(7);
	});

	it('lets nobody but its owner read a file with a secret in it', async () => {
		const { state, hospitals, people } = prepared;
		const secret = [
			state.issuerFile,
			...people.map(state.profileFile),
			...hospitals.flatMap((hospital) => [
				join(state.hospitalFolder(hospital), 'invitation.json'),
				join(state.hospitalFolder(hospital), 'compliance.key'),
			]),
			...(await filesBelow(state.coordinatorFolder)).filter((file) => /\.(key|seed)$/.test(file)),
		];
		const modes = await Promise.all(secret.map(async (file) => (await stat(file)).mode & 0o077));
		expect(modes).toEqual(secret.map(() => 0));
		expect((await stat(state.root)).mode & 0o077).toBe(0);
	});

	it('finds what it made before, and makes nothing anew', async () => {
		const before = await readFile(prepared.state.profileFile('ana'), 'utf8');
		const again = await prepareNetwork(folderOf(), join(root, 'state'), { clock, random: random('b') });
		expect(JSON.stringify(again)).toBe(JSON.stringify(prepared));
		expect(await readFile(prepared.state.profileFile('ana'), 'utf8')).toBe(before);
	});

	it('leaves no mark of being done where the dictionary is missing', async () => {
		const state = join(root, 'other');
		const made = prepareNetwork(folderOf({ dictionary: 'missing.yaml' }), state, {
			clock,
			random: random('c'),
		});
		await expect(made).rejects.toThrow(InputWrong);
		await expect(stat(join(state, 'prepared.json'))).rejects.toThrow('ENOENT');
	});
});

describe('networkIdOf', () => {
	it.each([
		['Glioma Atlas', 'glioma-atlas'],
		['  A -- B  ', 'a-b'],
		['Häuser', 'h-user'],
		['名', 'network'],
		['---', 'network'],
		[`${'a'.repeat(39)} b`, 'a'.repeat(39)],
		['x'.repeat(60), 'x'.repeat(40)],
	])('makes of %j: %s', (name, id) => {
		expect(networkIdOf(name)).toBe(id);
		expect(id).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
	});
});
