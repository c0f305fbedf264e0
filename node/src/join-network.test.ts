import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initCrypto, type Manifest, manifestHash, type SignedManifest } from '@cordon/shared';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { joinNetwork, ManifestRefused } from './join-network.ts';
import type { CoordinatorClient } from './ports.ts';
import {
	sampleConfig,
	sampleKeys,
	sampleManifest,
	samplePolicy,
	signedBy,
	signedByAll,
} from './testing/sample-network.ts';

let folder: string;
let manifest: Manifest;

beforeAll(initCrypto);
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'cordon-join-'));
	manifest = sampleManifest();
});
afterEach(async () => {
	await chmod(folder, 0o700);
	await rm(folder, { recursive: true, force: true });
});

interface Coordinator {
	/** One entry a poll; the last is repeated. */
	readonly offers: readonly (() => Promise<unknown>)[];
	readonly signing?: () => Promise<void>;
	/** What the operator has agreed to by each look at it; the sample's hash if left out. */
	readonly accepted?: (look: number) => string | null;
}

interface Course {
	readonly joined: Promise<Manifest | null>;
	readonly asked: () => number;
	readonly signatures: readonly string[];
	readonly reviewed: readonly string[];
}

/** Runs the node of `north` against a coordinator, and stops it after ten turns. */
function run({ offers, signing, accepted = () => manifestHash(manifest) }: Coordinator): Course {
	const signatures: string[] = [];
	const reviewed: string[] = [];
	const stop = new AbortController();
	let asked = 0;
	let turns = 0;
	let looks = 0;
	const client: CoordinatorClient = {
		manifest: () => {
			const offer = offers[Math.min(asked, offers.length - 1)];
			asked += 1;
			return offer === undefined ? Promise.reject(new Error('unreachable')) : offer();
		},
		signManifest: async (hash) => {
			signatures.push(hash);
			await signing?.();
		},
		poll: notHere,
		send: notHere,
		dictionary: notHere,
	};
	const pause = async (): Promise<void> => {
		turns += 1;
		if (turns === 10) stop.abort();
	};
	const config = sampleConfig({ stateFolder: folder });
	const operator = {
		acceptedHash: async () => {
			looks += 1;
			return accepted(looks);
		},
		awaitReview: (_draft: Manifest, hash: string) => void reviewed.push(hash),
	};
	const facts = { config, keys: sampleKeys(), dictionary: manifest.dictionary, ...operator };
	const joined = joinNetwork({ ...facts, client, pause }, stop.signal);
	return { joined, asked: () => asked, signatures, reviewed };
}

function notHere(): never {
	throw new Error('not asked for here');
}

const offer = (signed: unknown) => async (): Promise<unknown> => structuredClone(signed);
const unreachable = (): Promise<unknown> => Promise.reject(new Error('unreachable'));

async function keptHere(): Promise<SignedManifest | null> {
	const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => null);
	return text === null ? null : JSON.parse(text);
}

const keep = (content: unknown): Promise<void> =>
	writeFile(join(folder, 'manifest.json'), typeof content === 'string' ? content : JSON.stringify(content));

describe('joinNetwork', () => {
	it('signs a draft, waits for the others, and adopts what all have signed', async () => {
		const draft = signedBy(manifest, ['coordinator']);
		const signedByUs = signedBy(manifest, ['coordinator', 'north']);
		const whole = signedByAll(manifest);
		const course = run({ offers: [offer(draft), offer(signedByUs), offer(signedByUs), offer(whole)] });
		expect(await course.joined).toEqual(manifest);
		expect(course.signatures).toEqual([manifestHash(manifest)]);
		expect(await keptHere()).toEqual(whole);
	});

	it('keeps it in a file of its owner alone, with nothing half-written beside it', async () => {
		await run({ offers: [offer(signedByAll(manifest))] }).joined;
		expect((await stat(join(folder, 'manifest.json'))).mode & 0o777).toBe(0o600);
		expect(await readdir(folder)).toEqual(['manifest.json']);
	});

	it('waits while the coordinator is out of reach or says what is no manifest', async () => {
		const nonsense = [null, 'text', {}, { manifest, signatures: 'none' }].map(offer);
		const course = run({ offers: [unreachable, ...nonsense, offer(signedByAll(manifest))] });
		expect(await course.joined).toEqual(manifest);
		expect(course.asked()).toBe(6);
	});

	it('waits while a draft does not name this hospital yet, and signs none such', async () => {
		const others = manifest.members.filter(({ hospital }) => hospital !== 'north');
		const early = signedBy({ ...manifest, members: others, projects: [] }, ['coordinator']);
		const course = run({ offers: [offer(early)] });
		expect(await course.joined).toBeNull();
		expect(course.signatures).toEqual([]);
	});

	it('offers its signature again where the coordinator did not hear it', async () => {
		const draft = signedBy(manifest, ['coordinator']);
		const course = run({
			offers: [offer(draft), offer(draft), offer(signedByAll(manifest))],
			signing: notHere,
		});
		expect(await course.joined).toEqual(manifest);
		expect(course.signatures).toHaveLength(2);
	});

	it.each<[string, (whole: SignedManifest) => SignedManifest['signatures']]>([
		['another has not signed', ({ signatures: { south: _missing, ...rest } }) => rest],
		['the coordinator has not signed', ({ signatures: { coordinator: _missing, ...rest } }) => rest],
		['a signature is by another', ({ signatures }) => ({ ...signatures, south: signatures['east'] ?? '' })],
	])('adopts nothing while %s, and keeps nothing', async (_situation, signatures) => {
		const course = run({ offers: [offer({ manifest, signatures: signatures(signedByAll(manifest)) })] });
		expect(await course.joined).toBeNull();
		expect(await keptHere()).toBeNull();
	});

	it('takes no signature but its own for its own', async () => {
		const forged = signedByAll(manifest);
		const signatures = { ...forged.signatures, north: forged.signatures['east'] };
		const course = run({ offers: [offer({ manifest, signatures }), offer(forged)] });
		expect(await course.joined).toEqual(manifest);
		expect(course.signatures).toEqual([manifestHash(manifest)]);
	});

	it.each<[string, (given: Manifest) => Partial<Manifest>]>([
		[
			'wrong-coordinator',
			({ coordinator }) => ({ coordinator: { ...coordinator, identityKey: 'A'.repeat(43) } }),
		],
		[
			'wrong-own-keys',
			({ members }) => ({ members: members.map((one) => ({ ...one, identityKey: 'A'.repeat(43) })) }),
		],
		['aggregation-not-accepted', () => ({ policy: { ...samplePolicy, aggregation: 'plain' } })],
		['public-data-not-accepted', () => ({ policy: { ...samplePolicy, publicData: true } })],
		['budget-not-accepted', () => ({ policy: { ...samplePolicy, epsilonPerEpochMicros: 10_000_001 } })],
		['k-not-accepted', ({ members }) => ({ members: members.map((one) => ({ ...one, k: 12 })) })],
		['other-dictionary', () => ({ dictionary: 'e'.repeat(64) })],
		['not-a-founding', () => ({ version: 2 })],
		['not-a-founding', () => ({ previous: 'e'.repeat(64) })],
	])('ends at %s, signs nothing and keeps nothing', async (objection, change) => {
		const other = { ...manifest, ...change(manifest) };
		const course = run({ offers: [offer(signedBy(other, ['coordinator']))] });
		await expect(course.joined).rejects.toThrow(new ManifestRefused(objection));
		expect(course.signatures).toEqual([]);
		expect(await keptHere()).toBeNull();
	});

	it('signs nothing before the operator has accepted, and shows every draft until then', async () => {
		const hash = manifestHash(manifest);
		const draft = signedBy(manifest, ['coordinator']);
		const accepted = (look: number): string | null => (look < 3 ? null : hash);
		const course = run({
			offers: [offer(draft), offer(draft), offer(draft), offer(signedByAll(manifest))],
			accepted,
		});
		expect(await course.joined).toEqual(manifest);
		expect([course.reviewed, course.signatures]).toEqual([[hash, hash], [hash]]);
	});

	it('adopts nothing that the operator has not accepted, though all others signed it', async () => {
		const course = run({ offers: [offer(signedByAll(manifest))], accepted: () => null });
		expect(await course.joined).toBeNull();
		expect(await keptHere()).toBeNull();
	});

	it('ends at a draft that is another than the accepted one', async () => {
		const other = { ...manifest, projects: [] };
		const course = run({ offers: [offer(signedByAll(other))] });
		await expect(course.joined).rejects.toThrow(new ManifestRefused('it is another than the accepted one'));
		expect(course.signatures).toEqual([]);
		expect(await keptHere()).toBeNull();
	});

	it('gives null, and asks nobody, where it is told to stop before it began', async () => {
		const config = sampleConfig({ stateFolder: folder });
		const facts = { config, keys: sampleKeys(), dictionary: manifest.dictionary };
		const client = {
			manifest: notHere,
			signManifest: notHere,
			poll: notHere,
			send: notHere,
			dictionary: notHere,
		};
		const parts = { ...facts, client, pause: notHere, acceptedHash: notHere, awaitReview: notHere };
		expect(await joinNetwork(parts, AbortSignal.abort())).toBeNull();
	});

	it('ends where the manifest cannot be kept: what is not kept could be taken back', async () => {
		await writeFile(join(folder, 'manifest.json.new'), '');
		await chmod(join(folder, 'manifest.json.new'), 0o400);
		await chmod(folder, 0o500);
		const isRoot = process.getuid?.() === 0;
		const course = run({ offers: [offer(signedByAll(manifest))] });
		if (isRoot) expect(await course.joined).toEqual(manifest);
		else await expect(course.joined).rejects.toThrow('EACCES');
	});
});

describe('joinNetwork with a manifest kept from before', () => {
	it('stays with it and does not ask the coordinator for another', async () => {
		const other = { ...manifest, projects: [] };
		await keep(signedByAll(other));
		const course = run({ offers: [offer(signedByAll(manifest))] });
		expect(await course.joined).toEqual(other);
		expect(course.asked()).toBe(0);
	});

	it.each<[string, () => unknown, string]>([
		['an empty file', () => '', 'the kept manifest is damaged'],
		[
			'half a file',
			() => JSON.stringify(signedByAll(manifest)).slice(0, 500),
			'the kept manifest is damaged',
		],
		['another document', () => ({}), 'the kept manifest is damaged'],
		['a draft', () => signedBy(manifest, ['coordinator', 'north']), 'not-signed-by-all'],
		[
			'one that was edited',
			() => ({ ...signedByAll(manifest), manifest: { ...manifest, version: 2 } }),
			'not-signed-by-all',
		],
		['one of another coordinator', () => signedByAll(otherCoordinator()), 'wrong-coordinator'],
		[
			'one that asks more than is accepted since',
			() => signedByAll({ ...manifest, policy: { ...samplePolicy, publicData: true } }),
			'public-data-not-accepted',
		],
		[
			'one of another dictionary',
			() => signedByAll({ ...manifest, dictionary: 'e'.repeat(64) }),
			'other-dictionary',
		],
	])('does not start under %s', async (_what, content, why) => {
		await keep(content());
		const course = run({ offers: [offer(signedByAll(manifest))] });
		await expect(course.joined).rejects.toThrow(new ManifestRefused(why));
		expect(course.asked()).toBe(0);
	});
});

/** Every signature on it is right; only the coordinator is not the one of the invitation. */
function otherCoordinator(): Manifest {
	const [east, ...rest] = manifest.members;
	if (east === undefined) throw new Error('the sample has members');
	return { ...manifest, coordinator: { identityKey: east.logKey, logKey: east.identityKey }, members: rest };
}
