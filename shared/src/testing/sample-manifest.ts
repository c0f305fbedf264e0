// For tests: a manifest of three hospitals that nothing is wrong with, with the seeds of everybody who signs it.

import { hashParts } from '../hash.ts';
import { newSigningSeed, publicKeyOf, type SigningSeed } from '../keys.ts';
import type { Manifest, NetworkPolicy, SignedManifest } from '../manifest/manifest.ts';
import { signManifest } from '../manifest/verify-manifest.ts';

export const samplePolicy: NetworkPolicy = {
	aggregation: 'secure',
	visibility: 'visible',
	mechanisms: ['noised', 'exact'],
	k: 11,
	publicData: false,
	epsilonPerEpochMicros: 10_000_000,
	epsilonForLifeMicros: 100_000_000,
	hospitalsPerPatient: 1,
	colluders: null,
	sessionDeadlineMs: 60_000,
	replyMs: 0,
	maxCells: 256,
};

const hospitals: readonly string[] = ['east', 'north', 'south'];

/** `name` is a hospital, `coordinator`, or one of both followed by ` log`. */
export function seedOf(name: string): SigningSeed {
	return newSigningSeed(hashParts('sample-seed', name));
}

/** Await `initCrypto` before. */
export function sampleManifest(change: Partial<Manifest> = {}): Manifest {
	const keysOf = (name: string): { readonly identityKey: string; readonly logKey: string } => ({
		identityKey: publicKeyOf(seedOf(name)),
		logKey: publicKeyOf(seedOf(`${name} log`)),
	});
	return {
		cordon: 1,
		network: 'atlas',
		version: 1,
		previous: null,
		coordinator: keysOf('coordinator'),
		members: hospitals.map((hospital) => ({ hospital, name: hospital, ...keysOf(hospital), k: 11 })),
		issuers: [{ issuer: 'https://id.example', jwksUri: 'https://id.example/jwks', audience: 'atlas' }],
		dictionary: 'd'.repeat(64),
		policy: samplePolicy,
		projects: [{ id: 'glioma', title: 'Glioma', hospitals }],
		...change,
	};
}

/** Signed by the coordinator and by every member under the name it has in the manifest. */
export function signedByAll(manifest: Manifest): SignedManifest {
	const signers = ['coordinator', ...manifest.members.map(({ hospital }) => hospital)];
	const signatures = Object.fromEntries(signers.map((name) => [name, signManifest(manifest, seedOf(name))]));
	return { manifest, signatures };
}
