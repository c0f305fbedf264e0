// A withdrawal by file is in force for the next computation, without an ingest: through the store that a node opens.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDefaultDictionary } from '@cordon/policies';
import { Sensitive } from '@cordon/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseNodeConfig } from '../../node/src/config/node-config.ts';
import { consentResource, hresch } from '../../node/src/consent/consent-resource.ts';
import { consentingPatients } from '../../node/src/consent/consenting-patients.ts';
import { readConsent } from '../../node/src/consent/read-consent.ts';
import { pseudonymOf } from '../../node/src/ingest/pseudonym.ts';
import { type NodeStore, openStore } from '../../node/src/open-adapters.ts';

const key = new Sensitive(new Uint8Array(32).fill(7));
const publicKey = 'A'.repeat(43);
const identifiers = ['N-1', 'N-2', 'N-3'];
const use = {
	purpose: 'HMB',
	dataClasses: ['image'],
	nowMs: Date.parse('2026-11-23T12:00:00Z'),
	publicData: false,
} as const;

let folder: string;
let store: NodeStore;
let ordinals: readonly number[];

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-withdrawals-'));
	const text = stringify({
		cordon: 1,
		hospital: 'north',
		name: 'North',
		state: '.',
		database: { kind: 'pglite' },
		coordinator: { url: 'https://coordinator.example', identityKey: publicKey, logKey: publicKey },
		k: 11,
		policyEngine: { kind: 'in-process' },
		accepts: { aggregation: 'secure', publicData: false, epsilonPerEpoch: 1, epsilonForLife: 1 },
		authorization: 'authorization.yaml',
		withdrawals: 'withdrawals.csv',
		sources: [{ kind: 'csv', path: 'c.csv', patient: 'id', dataClass: 'image' }],
		complianceKey: `CQ${'A'.repeat(41)}`,
	});
	const config = parseNodeConfig(text, join(folder, 'node.yaml'));
	if (!config.ok) throw new Error(JSON.stringify(config.error));
	store = await openStore(config.value, loadDefaultDictionary(), { pseudonym: key });
	const consent = readConsent(consentResource({ type: 'permit', purpose: [hresch] }));
	const writer = await store.snapshots.begin('2026-11');
	await writer.write(
		identifiers.map((identifier) => ({ patient: pseudonymOf(identifier, key), kind: 'consent', consent })),
	);
	await writer.commit();
	await list('patient\n');
	ordinals = (await store.consents.all()).map(({ patient }) => patient);
});
afterAll(async () => {
	await store.database.close();
	await rm(folder, { recursive: true, force: true });
});

async function list(content: string | null): Promise<void> {
	const path = join(folder, 'withdrawals.csv');
	if (content === null) await rm(path);
	else await writeFile(path, content);
}

/** Positions among the identifiers of those who may be counted, or the refusal. */
async function counted(publicData = false): Promise<unknown> {
	const found = await consentingPatients({ ...use, publicData }, store.consents);
	return found.ok ? found.value.map((ordinal) => identifiers[ordinals.indexOf(ordinal)]) : found.error;
}

describe('the consent register of a node with a list of withdrawals', () => {
	it('leaves out whoever is put on the list, from the next computation on', async () => {
		await list('patient\n');
		expect(await counted()).toEqual(['N-1', 'N-2', 'N-3']);
		await list('patient,reason\n N-2 ,moved\nN-77,unknown here\n');
		expect(await counted()).toEqual(['N-1', 'N-3']);
		await list('patient;reason\nN-3;\nN-2;\n');
		expect(await counted()).toEqual(['N-1']);
	});

	it('adds to the consents on record and takes none away', async () => {
		await list('patient\nN-1\n');
		const registered = await store.consents.all();
		expect(registered.map(({ consents }) => consents.length)).toEqual([2, 1, 1]);
	});

	it.each([
		['is not there', null],
		['is empty', ''],
		['has no column patient', 'id\nN-2\n'],
		['has a row that is broken', 'patient,reason\nN-2\n'],
		['has a quote that never closes', 'patient\n"N-2\n'],
	])('refuses with consent-unavailable while the list %s', async (_situation, content) => {
		await list(content);
		expect(await counted()).toBe('consent-unavailable');
		expect(await counted(true)).toBe('consent-unavailable');
		await list('patient\nN-2\n');
		expect(await counted()).toEqual(['N-1', 'N-3']);
	});

	it('says why it refuses and names nobody', async () => {
		await list('patient,reason\nN-2\n');
		const error: unknown = await store.consents.all().catch((reason: unknown) => reason);
		expect(error).toMatchObject({
			name: 'WithdrawalsUnreadable',
			message: 'the list of withdrawals cannot be read: row-malformed',
		});
		expect(String((error as Error).stack)).not.toContain('N-2');
	});

	it('counts them all the same where the network declared the data public', async () => {
		await list('patient\nN-2\n');
		expect(await counted(true)).toEqual(['N-1', 'N-2', 'N-3']);
	});
});
