import {
	type Dictionary,
	dictionaryHash,
	initCrypto,
	type Manifest,
	manifestHash,
	parseQuestion,
	publicKeyOf,
	queryHash,
	signManifest,
} from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { seedOf } from '../testing/signed-answer.ts';
import { type ReplayFacts, whyNoReplay } from './verify-replay.ts';

const dictionary: Dictionary = {
	cordon: 1,
	id: 'test',
	version: '1',
	elements: [],
	conditions: [
		{ id: 'C71.9', title: 'Brain', system: 'ICD-10', parents: [] },
		{ id: 'C72.9', title: 'Spine', system: 'ICD-10', parents: [] },
	],
	genes: [],
	modalities: ['MR'],
	bodyParts: ['BRAIN'],
	consequences: [],
	significances: [],
	assemblies: ['GRCh38'],
};
const [brain, scanned] = [{ condition: { code: 'C71.9' } }, { imaging: { modality: 'MR' } }];
const question = {
	cordon: 1,
	title: 'Brain tumours with an MR',
	project: 'glioma',
	purpose: 'HMB',
	cohort: { all: [brain, scanned] },
	ask: { count: {} },
	release: { mechanism: 'noised', epsilon: 0.5 },
};
const askedMs = Date.UTC(2026, 10, 23, 12, 30);

let facts: ReplayFacts;
let answer: Readonly<Record<string, unknown>>;

beforeAll(async () => {
	await initCrypto();
	const manifest = manifestOf();
	facts = {
		question,
		askedMs,
		coordinatorKey: manifest.coordinator.identityKey,
		manifest: signed(manifest),
		dictionary,
	};
	const parsed = parseQuestion({ ...question, cohort: { all: [scanned, brain, brain] } }, dictionary);
	if (!parsed.ok) throw new Error('not a question');
	answer = {
		id: 'somebody else`s',
		status: 'released',
		manifest: manifestHash(manifest),
		project: 'glioma',
		purpose: 'HMB',
		queryHash: queryHash(parsed.value.query),
		mechanism: 'noised',
		epsilon: 0.5,
		releasedAtHour: '2026-11-02T08:00:00.000Z',
	};
});

function keysOf(name: string): { readonly identityKey: string; readonly logKey: string } {
	return { identityKey: publicKeyOf(seedOf(name)), logKey: publicKeyOf(seedOf(`${name} log`)) };
}

function manifestOf(change: Partial<Manifest> = {}): Manifest {
	return {
		cordon: 1,
		network: 'atlas',
		version: 1,
		previous: null,
		coordinator: keysOf('coordinator'),
		members: [{ hospital: 'north', name: 'North', ...keysOf('north'), k: 11 }],
		issuers: [{ issuer: 'https://id.example', jwksUri: 'https://id.example/jwks', audience: 'atlas' }],
		dictionary: dictionaryHash(dictionary),
		policy: {
			aggregation: 'plain',
			visibility: 'visible',
			replyMs: 0,
			mechanisms: ['noised'],
			k: 11,
			publicData: false,
			epsilonPerEpochMicros: 1,
			epsilonForLifeMicros: 1,
			hospitalsPerPatient: 1,
			colluders: null,
			sessionDeadlineMs: 1,
			maxCells: 8,
		},
		projects: [{ id: 'glioma', title: 'Glioma', hospitals: ['north'] }],
		...change,
	};
}

function signed(manifest: Manifest, signers: readonly string[] = ['coordinator', 'north']): unknown {
	const signatures = signers.map((name) => [name, signManifest(manifest, seedOf(name))] as const);
	return { manifest, signatures: Object.fromEntries(signatures) };
}

describe('whyNoReplay', () => {
	it('takes the release of the same question in other words', () => {
		expect(whyNoReplay(answer, facts)).toBeNull();
	});

	it.each<[string, Readonly<Record<string, unknown>>]>([
		['project', { project: 'lung' }],
		['purpose', { purpose: 'GRU' }],
		['queryHash', { queryHash: 'f'.repeat(64) }],
		['mechanism', { mechanism: 'exact' }],
		['epsilon', { epsilon: 0.4 }],
		['manifest', { manifest: 'f'.repeat(64) }],
		['status', { status: 'withheld' }],
	])('refuses one of another %s', (key, change) => {
		expect(whyNoReplay({ ...answer, ...change }, facts)).toBe(`it has another ${key}`);
	});

	it.each(['2026-10-31T23:00:00.000Z', 'long ago', undefined])('refuses one of the hour %s', (hour) => {
		expect(whyNoReplay({ ...answer, releasedAtHour: hour }, facts)).toBe('it is of an earlier month');
	});

	it('takes one that was asked for before midnight and released after', () => {
		const night = Date.UTC(2026, 10, 30, 23, 59, 59);
		const late = { ...answer, releasedAtHour: '2026-12-01T00:00:00.000Z' };
		expect(whyNoReplay(late, { ...facts, askedMs: night })).toBeNull();
	});

	it('believes no dictionary but the one that all signed', () => {
		const swapped = { ...dictionary, version: '2' };
		expect(whyNoReplay(answer, { ...facts, dictionary: swapped })).toBe(
			"the dictionary is not the manifest's",
		);
	});

	it.each<[string, () => unknown]>([
		['that a member has not signed', () => signed(manifestOf(), ['coordinator'])],
		['of another coordinator', () => signed(manifestOf({ coordinator: keysOf('mallory') }))],
		['that is none', () => null],
	])('believes no manifest %s', (_what, manifest) => {
		expect(whyNoReplay(answer, { ...facts, manifest: manifest() })).toBe(
			'the manifest is not one that all members signed',
		);
	});
});
