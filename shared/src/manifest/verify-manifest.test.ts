import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto, publicKeyOf } from '../keys.ts';
import { sampleManifest, samplePolicy, seedOf, signedByAll } from '../testing/sample-manifest.ts';
import type { Manifest, SignedManifest } from './manifest.ts';
import {
	isSignedBy,
	manifestHash,
	parsePolicy,
	parseSignedManifest,
	policyHash,
	signManifest,
	verifySignedManifest,
} from './verify-manifest.ts';

let manifest: Manifest;
let signed: SignedManifest;
let coordinatorKey: string;

beforeAll(async () => {
	await initCrypto();
	manifest = sampleManifest();
	signed = signedByAll(manifest);
	coordinatorKey = publicKeyOf(seedOf('coordinator'));
});

function codeOf(one: SignedManifest, key: string = coordinatorKey): string {
	const verified = verifySignedManifest(one, key);
	return verified.ok ? 'ok' : verified.error;
}

/** Changed first and signed by all afterwards: what is wrong is the manifest, not a signature. */
function changed(change: (manifest: Manifest) => Partial<Manifest>): SignedManifest {
	return signedByAll({ ...manifest, ...change(manifest) });
}

describe('verifySignedManifest', () => {
	it('accepts what the coordinator and every member signed', () => {
		expect(verifySignedManifest(signed, coordinatorKey)).toEqual({ ok: true, value: manifest });
	});

	it('accepts a hospital that raised its own k, and one that is on no project', () => {
		const raised = changed(({ members, projects }) => ({
			members: members.map((member) => ({ ...member, k: 20 })),
			projects: projects.map((project) => ({ ...project, hospitals: ['east', 'south'] })),
		}));
		expect(codeOf(raised)).toBe('ok');
	});

	it('refuses a manifest of another coordinator, though all signed it', () => {
		expect(codeOf(signed, publicKeyOf(seedOf('coordinator log')))).toBe('wrong-coordinator');
	});

	it.each<[string, (manifest: Manifest) => Partial<Manifest>, string]>([
		[
			'a hospital that is there twice',
			({ members }) => ({ members: [...members, ...members.slice(0, 1)] }),
			'duplicate-member',
		],
		[
			'a hospital called coordinator',
			({ members }) => ({
				members: members.map((member, at) => (at === 0 ? { ...member, hospital: 'coordinator' } : member)),
			}),
			'duplicate-member',
		],
		[
			'two hospitals with one identity',
			({ members }) => ({
				members: members.map((member) => ({ ...member, identityKey: members[0]?.identityKey ?? '' })),
			}),
			'duplicate-key',
		],
		[
			'a hospital whose log is signed by its identity',
			({ members }) => ({ members: members.map((member) => ({ ...member, logKey: member.identityKey })) }),
			'duplicate-key',
		],
		[
			"a hospital with the coordinator's log key",
			({ members, coordinator }) => ({
				members: members.map((member, at) => (at === 0 ? { ...member, logKey: coordinator.logKey } : member)),
			}),
			'duplicate-key',
		],
		[
			'a project with a stranger',
			() => ({ projects: [{ id: 'glioma', title: '', hospitals: ['east', 'west'] }] }),
			'unknown-hospital',
		],
		[
			'a roster that is not sorted',
			() => ({ projects: [{ id: 'glioma', title: '', hospitals: ['south', 'east', 'north'] }] }),
			'unknown-hospital',
		],
		[
			'a roster that counts one hospital twice',
			() => ({ projects: [{ id: 'glioma', title: '', hospitals: ['east', 'east', 'north'] }] }),
			'unknown-hospital',
		],
		[
			'a hospital with less than the k of the network',
			({ members }) => ({ members: members.map((member) => ({ ...member, k: 10 })) }),
			'k-under-policy',
		],
	])('refuses %s, though all signed it', (_what, change, code) => {
		expect(codeOf(changed(change))).toBe(code);
	});

	it.each<[string, (given: SignedManifest['signatures']) => SignedManifest['signatures']]>([
		['no signature at all', () => ({})],
		['one signature missing', ({ north: _missing, ...rest }) => rest],
		["the coordinator's missing", ({ coordinator: _missing, ...rest }) => rest],
		['one signature by somebody else', (all) => ({ ...all, north: all['south'] ?? '' })],
		['a signature of a stranger beside all others', (all) => ({ ...all, west: all['south'] ?? '' })],
		['a stranger in the place of a member', ({ north, ...rest }) => ({ ...rest, west: north ?? '' })],
		['an empty signature', (all) => ({ ...all, north: '' })],
		['a signature of zeros', (all) => ({ ...all, north: 'A'.repeat(86) })],
	])('refuses %s', (_what, change) => {
		expect(codeOf({ manifest, signatures: change(signed.signatures) })).toBe('not-signed-by-all');
	});

	it.each<[string, Partial<Manifest>]>([
		['version', { version: 2 }],
		['network', { network: 'other' }],
		['dictionary', { dictionary: 'e'.repeat(64) }],
		['policy', { policy: { ...samplePolicy, aggregation: 'plain' } }],
		['title', { projects: [{ id: 'glioma', title: 'Other', hospitals: ['east', 'north', 'south'] }] }],
	])('refuses another %s under the old signatures', (_what, change) => {
		expect(codeOf({ manifest: { ...manifest, ...change }, signatures: signed.signatures })).toBe(
			'not-signed-by-all',
		);
	});

	it('takes no inherited property for a signature of a hospital called constructor', () => {
		const { members } = manifest;
		const renamed = members.map((member, at) => (at === 0 ? { ...member, hospital: 'constructor' } : member));
		const other = { ...manifest, members: renamed, projects: [] };
		const { constructor: _missing, ...rest } = signedByAll(other).signatures;
		const signatures = { ...rest, west: 'A'.repeat(86) };
		expect(codeOf({ manifest: other, signatures })).toBe('not-signed-by-all');
	});
});

describe('isSignedBy', () => {
	it('tells whose signature stands, and whose does not', () => {
		const signature = signManifest(manifest, seedOf('north'));
		const [north, south] = [publicKeyOf(seedOf('north')), publicKeyOf(seedOf('south'))];
		expect(isSignedBy(manifest, north, signature)).toBe(true);
		expect(isSignedBy(manifest, south, signature)).toBe(false);
		expect(isSignedBy({ ...manifest, version: 2 }, north, signature)).toBe(false);
		expect(isSignedBy(manifest, north, undefined)).toBe(false);
	});
});

describe('manifestHash and policyHash', () => {
	it('do not depend on the order of keys', () => {
		const reversed = Object.fromEntries(Object.entries(manifest).reverse());
		expect(manifestHash(reversed as unknown as Manifest)).toBe(manifestHash(manifest));
	});

	it('differ for one that is different, and from one another', () => {
		const other = { ...samplePolicy, k: 12 };
		const hashes = [
			manifestHash(manifest),
			manifestHash({ ...manifest, policy: other }),
			policyHash(samplePolicy),
			policyHash(other),
		];
		expect(new Set(hashes).size).toBe(4);
		expect(hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
	});
});

describe('parseSignedManifest', () => {
	const pathsOf = (input: unknown): readonly string[] => {
		const parsed = parseSignedManifest(input);
		return parsed.ok ? [] : parsed.error.map(({ path }) => path);
	};
	const withManifest = (change: object): unknown => ({ ...signed, manifest: { ...manifest, ...change } });

	it('gives back what was written as JSON', () => {
		expect(parseSignedManifest(JSON.parse(JSON.stringify(signed)))).toEqual({ ok: true, value: signed });
	});

	it('reads a draft that nobody has signed yet', () => {
		expect(parseSignedManifest({ manifest, signatures: {} }).ok).toBe(true);
	});

	it.each<[string, object, string]>([
		['an unknown key', { extra: 1 }, '/manifest'],
		['another format', { cordon: 2 }, '/manifest/cordon'],
		['version 0', { version: 0 }, '/manifest/version'],
		['a version with a fraction', { version: 1.5 }, '/manifest/version'],
		['a short hash of the version before', { previous: 'ab' }, '/manifest/previous'],
		['a hash in capitals', { dictionary: 'D'.repeat(64) }, '/manifest/dictionary'],
		['a network with a space', { network: 'a b' }, '/manifest/network'],
		['no issuer', { issuers: [] }, '/manifest/issuers'],
		[
			'keys by plain HTTP',
			{ issuers: [{ issuer: 'https://id.example', jwksUri: 'http://id.example/jwks', audience: 'a' }] },
			'/manifest/issuers/0/jwksUri',
		],
		[
			'a project without hospitals',
			{ projects: [{ id: 'glioma', title: '', hospitals: [] }] },
			'/manifest/projects/0/hospitals',
		],
		[
			'a key of the wrong length',
			{ coordinator: { identityKey: 'short', logKey: 'A'.repeat(43) } },
			'/manifest/coordinator/identityKey',
		],
	])('refuses %s', (_what, change, path) => {
		expect(pathsOf(withManifest(change))).toEqual([path]);
	});

	it.each([null, [], 'text', {}])('refuses %j', (input) => {
		expect(parseSignedManifest(input).ok).toBe(false);
	});

	it('refuses a signature of the wrong length', () => {
		expect(pathsOf({ ...signed, signatures: { north: 'short' } })).toEqual(['/signatures/north']);
	});
});

describe('parsePolicy', () => {
	const pathsOf = (change: object): readonly string[] => {
		const parsed = parsePolicy({ ...samplePolicy, ...change });
		return parsed.ok ? [] : parsed.error.map(({ path }) => path);
	};

	it('accepts one that leaves no choice open', () => {
		expect(parsePolicy(samplePolicy)).toEqual({ ok: true, value: samplePolicy });
	});

	it('accepts k of 1 for public data alone', () => {
		expect(pathsOf({ k: 1, publicData: true })).toEqual([]);
		expect(pathsOf({ k: 1 })).toEqual(['/k']);
	});

	it('accepts a blind network of noised answers under secure aggregation', () => {
		expect(pathsOf({ visibility: 'blind', mechanisms: ['noised'] })).toEqual([]);
	});

	it.each(Object.keys(samplePolicy))('refuses a policy that leaves %s open', (name) => {
		expect(pathsOf({ [name]: undefined })).toEqual([`/${name}`]);
	});

	it.each<[string, object, string]>([
		['another aggregation', { aggregation: 'none' }, '/aggregation'],
		['no mechanism', { mechanisms: [] }, '/mechanisms'],
		['another mechanism', { mechanisms: ['raw'] }, '/mechanisms/0'],
		['k of 0', { k: 0, publicData: true }, '/k'],
		['k with a fraction', { k: 11.5 }, '/k'],
		['no budget', { epsilonPerEpochMicros: 0 }, '/epsilonPerEpochMicros'],
		['an endless budget', { epsilonForLifeMicros: Number.POSITIVE_INFINITY }, '/epsilonForLifeMicros'],
		['patients at no hospital', { hospitalsPerPatient: 0 }, '/hospitalsPerPatient'],
		['no colluders at all', { colluders: 0 }, '/colluders'],
		['a reply that leaves a session no time', { replyMs: 15_001 }, '/replyMs'],
		['a session of two days', { sessionDeadlineMs: 172_800_000 }, '/sessionDeadlineMs'],
		['more cells than a session carries', { maxCells: 4097 }, '/maxCells'],
		['an unknown key', { extra: true }, ''],
		['another visibility', { visibility: 'hidden' }, '/visibility'],
		['a blind network of exact answers', { visibility: 'blind' }, '/mechanisms'],
		[
			'a blind network in which the coordinator sees each hospital',
			{ visibility: 'blind', mechanisms: ['noised'], aggregation: 'plain' },
			'/visibility',
		],
	])('refuses %s', (_what, change, path) => {
		expect(pathsOf(change)).toEqual([path]);
	});
});
