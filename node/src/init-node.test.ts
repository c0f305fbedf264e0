import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson, hashParts, initCrypto, verifyBytes } from '@cordon/shared';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readNodeKeys } from './adapters/state-folder/node-keys.ts';
import { EnrolmentFailed, type InitInput, initNode, isEnrolled } from './init-node.ts';
import { countingRandom, sampleConfig, startMs } from './testing/sample-network.ts';

let folder: string;
let stateFolder: string;

beforeAll(initCrypto);
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-init-'));
	stateFolder = join(folder, 'state');
});
afterEach(async () => {
	vi.unstubAllGlobals();
	await rm(folder, { recursive: true, force: true });
});

type Enrolment = Readonly<Record<string, string | number>>;

/** Stands in for the network: every enrolment that is sent, answered with `status` or, for null, not at all. */
function coordinator(status: number | null = 200): Enrolment[] {
	const heard: Enrolment[] = [];
	vi.stubGlobal('fetch', async (url: URL, init: RequestInit): Promise<Response> => {
		expect([String(url), init.method, init.redirect]).toEqual([
			'https://coordinator.example/v1/members/enrol',
			'POST',
			'error',
		]);
		heard.push(JSON.parse(String(init.body)) as Enrolment);
		if (status === null) throw new TypeError('fetch failed');
		return new Response('{}', { status });
	});
	return heard;
}

function invitation(change: object = {}): unknown {
	const { url, identityKey, logKey } = sampleConfig().coordinator;
	return {
		cordon: 1,
		network: 'atlas',
		coordinatorUrl: url,
		coordinatorIdentityKey: identityKey,
		coordinatorLogKey: logKey,
		hospital: 'north',
		secret: 'invitation-secret',
		expires: new Date(startMs + 1).toISOString(),
		...change,
	};
}

function input(change: Partial<InitInput> = {}): InitInput {
	return {
		invitation: invitation(),
		name: 'North',
		expected: sampleConfig(),
		k: 11,
		stateFolder,
		clock: { nowMs: () => startMs },
		random: countingRandom('init'),
		...change,
	};
}

describe('initNode', () => {
	it('enrols with keys made here, and proves that it holds them', async () => {
		const heard = coordinator();
		await initNode(input());
		expect(heard).toHaveLength(1);
		const { signature, ...enrolment } = heard[0] ?? {};
		expect(enrolment).toMatchObject({ hospital: 'north', name: 'North', k: 11, secret: 'invitation-secret' });
		const signed = hashParts('cordon-enrolment/1', canonicalJson(enrolment));
		const key = String(enrolment['identityKey']);
		expect(verifyBytes(key, signed, Buffer.from(String(signature), 'base64url'))).toBe(true);
		expect(await isEnrolled(stateFolder)).toBe(true);
	});

	it('sends no secret of its own, and keeps none of the invitation', async () => {
		const heard = coordinator();
		await initNode(input());
		const { identity, log, pseudonym } = await readNodeKeys(stateFolder);
		const sent = JSON.stringify(heard);
		for (const secret of [identity, log, pseudonym]) {
			expect(sent).not.toContain(Buffer.from(secret.reveal()).toString('base64url'));
			expect(sent).not.toContain(Buffer.from(secret.reveal()).toString('hex'));
		}
		expect(await readFile(join(stateFolder, 'enrolled.json'), 'utf8')).not.toContain('invitation-secret');
	});

	it('uses the same keys again after a run that did not reach the coordinator', async () => {
		const unheard = coordinator(null);
		await expect(initNode(input())).rejects.toThrow('no coordinator answers at https://coordinator.example');
		expect(await isEnrolled(stateFolder)).toBe(false);
		const heard = coordinator();
		await initNode(input({ random: countingRandom('another run') }));
		expect(heard).toEqual(unheard);
	});

	it.each([400, 403, 409, 500])('is not enrolled where the coordinator says %d', async (status) => {
		coordinator(status);
		await expect(initNode(input())).rejects.toThrow(
			new EnrolmentFailed(`the coordinator refused the enrolment (HTTP ${status})`),
		);
		expect(await isEnrolled(stateFolder)).toBe(false);
	});

	it('makes the witness anew that a killed run left empty: this node has said nothing', async () => {
		coordinator(null);
		await initNode(input()).catch(() => undefined);
		await writeFile(join(stateFolder, 'witness.ndjson'), '');
		coordinator();
		await initNode(input());
		expect(await readFile(join(stateFolder, 'witness.ndjson'), 'utf8')).toMatch(/^\{"mark":\{"size":0,.*\n$/);
	});

	it('refuses a second enrolment before anything is sent', async () => {
		coordinator();
		await initNode(input());
		const heard = coordinator();
		await expect(initNode(input())).rejects.toThrow('this state folder has enrolled already');
		expect(heard).toEqual([]);
	});

	it.each<[string, object, string]>([
		['that has just expired', { expires: new Date(startMs).toISOString() }, 'has expired'],
		['whose date nobody can read', { expires: 'next week' }, 'has expired'],
		['without a date', { expires: undefined }, 'not an invitation file'],
		['for another hospital', { hospital: 'south' }, 'is for another hospital'],
		['from another coordinator', { coordinatorUrl: 'https://evil.example' }, 'is from another coordinator'],
		[
			'with another identity of it',
			{ coordinatorIdentityKey: 'A'.repeat(43) },
			'is from another coordinator',
		],
		['with another log of it', { coordinatorLogKey: 'A'.repeat(43) }, 'is from another coordinator'],
		['by plain HTTP', { coordinatorUrl: 'http://coordinator.example' }, 'not an invitation file'],
		['without a secret', { secret: '' }, 'not an invitation file'],
		['of another version', { cordon: 2 }, 'not an invitation file'],
		['with an unknown key', { extra: 1 }, 'not an invitation file'],
	])('refuses an invitation %s, makes no key and sends nothing', async (_what, change, why) => {
		const heard = coordinator();
		const refused = initNode(input({ invitation: invitation(change) }));
		await expect(refused).rejects.toThrow(EnrolmentFailed);
		await expect(refused).rejects.toThrow(why);
		expect(heard).toEqual([]);
		await expect(readNodeKeys(stateFolder)).rejects.toThrow('ENOENT');
	});

	it.each([null, 'text', []])('refuses %j, which is no invitation', async (given) => {
		const heard = coordinator();
		await expect(initNode(input({ invitation: given }))).rejects.toThrow('not an invitation file');
		expect(heard).toEqual([]);
	});

	it('refuses keys that are damaged rather than make new ones beside them', async () => {
		coordinator(null);
		await initNode(input()).catch(() => undefined);
		await rm(join(stateFolder, 'keys', 'log.seed'));
		const heard = coordinator();
		await expect(initNode(input())).rejects.toThrow('ENOENT');
		expect(heard).toEqual([]);
	});
});
