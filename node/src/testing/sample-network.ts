// For tests: one network of three hospitals and one node of it, with nothing wrong with either.

import {
	type Dictionary,
	dictionaryHash,
	hashParts,
	type Manifest,
	type NetworkPolicy,
	newSigningSeed,
	type Plan,
	publicKeyOf,
	type Random,
	Sensitive,
	type SignedManifest,
	type SigningSeed,
	signManifest,
} from '@cordon/shared';
import type { NodeKeys } from '../adapters/state-folder/node-keys.ts';
import type { AcceptedTerms, NodeConfig } from '../config/node-config.ts';
import type { SessionRecord } from '../session.ts';

export const startMs: number = Date.UTC(2026, 10, 23, 12);

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

export const sampleDictionary: Dictionary = {
	cordon: 1,
	id: 'test',
	version: '1',
	elements: [
		{
			type: 'code',
			id: 'sex',
			title: 'Sex',
			dataClass: 'clinical',
			values: [
				{ id: 'female', title: 'female' },
				{ id: 'male', title: 'male' },
			],
			select: 'first',
		},
	],
	conditions: [{ id: 'C71.9', title: 'Brain', system: 'ICD-10', parents: [] }],
	genes: [],
	modalities: ['MR'],
	bodyParts: [],
	consequences: [],
	significances: [],
	assemblies: ['GRCh38'],
};

export const samplePlan: Plan = {
	askKind: 'histogram',
	cohort: { condition: { code: 'C71.9' } },
	variables: [{ variable: { element: 'sex' }, categories: ['female', 'male', 'unknown'] }],
	cells: [['female'], ['male'], ['unknown']],
	dataClasses: ['clinical'],
	l1Sensitivity: 1,
	mechanism: 'noised',
	epsilonMicros: 500_000,
};

export const sampleRecord: SessionRecord = {
	session: 'a'.repeat(64),
	requestId: '00112233445566778899aabbccddeeff',
	requestHash: 'b'.repeat(64),
	receiverKey: null,
	queryHash: 'd'.repeat(64),
	ended: false,
	person: 'ana',
	project: 'glioma',
	purpose: 'HMB',
	epoch: '2026-11',
	plan: samplePlan,
	tokenExpiresMs: startMs + 600_000,
	deadlineMs: startMs + 60_000,
	said: 'nothing',
	manifest: 'c'.repeat(64),
	member: null,
};

/** `name` is a hospital, `coordinator`, or one of both followed by ` log`. */
export function seedOf(name: string): SigningSeed {
	return newSigningSeed(hashParts('sample-seed', name));
}

export function sampleKeys(hospital: string = 'north'): NodeKeys {
	const pseudonym = new Sensitive(hashParts('sample-pseudonym', hospital));
	return { identity: seedOf(hospital), log: seedOf(`${hospital} log`), pseudonym };
}

const hospitals: readonly string[] = ['east', 'north', 'south'];

/** Await `initCrypto` before. */
export function sampleManifest(change: Partial<Manifest> = {}): Manifest {
	return {
		cordon: 1,
		network: 'atlas',
		version: 1,
		previous: null,
		coordinator: keysOf('coordinator'),
		members: hospitals.map((hospital) => ({ hospital, name: hospital, ...keysOf(hospital), k: 11 })),
		issuers: [{ issuer: 'https://id.example', jwksUri: 'https://id.example/jwks', audience: 'atlas' }],
		dictionary: dictionaryHash(sampleDictionary),
		policy: samplePolicy,
		projects: [{ id: 'glioma', title: 'Glioma', hospitals }],
		...change,
	};
}

export function signedBy(manifest: Manifest, signers: readonly string[]): SignedManifest {
	const signatures = signers.map((name) => [name, signManifest(manifest, seedOf(name))] as const);
	return { manifest, signatures: Object.fromEntries(signatures) };
}

export function signedByAll(manifest: Manifest): SignedManifest {
	return signedBy(manifest, ['coordinator', ...manifest.members.map(({ hospital }) => hospital)]);
}

export const sampleAccepts: AcceptedTerms = {
	aggregation: 'secure',
	publicData: false,
	epsilonPerEpochMicros: 10_000_000,
	epsilonForLifeMicros: 100_000_000,
};

/** The node of `north`; await `initCrypto` before. */
export function sampleConfig(change: Partial<NodeConfig> = {}): NodeConfig {
	return {
		hospital: 'north',
		name: 'North',
		stateFolder: '/nowhere/state',
		database: { kind: 'pglite' },
		coordinator: { url: 'https://coordinator.example', ...keysOf('coordinator') },
		k: 11,
		policyEngine: { kind: 'in-process' },
		monitoring: null,
		log: 'info',
		accepts: sampleAccepts,
		budget: { epochMicros: null, lifeMicros: null, projectMicros: null, researcherMicros: null },
		authorizationFile: '/nowhere/authorization.yaml',
		dictionaryFile: null,
		mappingFile: null,
		patientsMatching: null,
		withdrawalsFile: null,
		sources: [],
		baseFolder: '/nowhere',
		complianceKey: 'A'.repeat(43),
		...change,
	};
}

/** SHA-256 in counter mode. */
export function countingRandom(seed: string): Random {
	let block = 0;
	const next = (): Uint8Array => {
		block += 1;
		return hashParts(seed, String(block));
	};
	return {
		bytes: (length) =>
			new Uint8Array(Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, next)).subarray(0, length)),
	};
}

function keysOf(name: string): { readonly identityKey: string; readonly logKey: string } {
	return { identityKey: publicKeyOf(seedOf(name)), logKey: publicKeyOf(seedOf(`${name} log`)) };
}
