import { initCrypto, type Manifest, manifestHash, type OpenMessage, policyHash } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import {
	sampleManifest,
	samplePlan,
	samplePolicy,
	sampleRecord,
	startMs,
} from '../testing/sample-network.ts';
import { decideTerms, noiseHospitals, questionOf } from './session-terms.ts';

let manifest: Manifest;
const session = 'd'.repeat(64);
const message: OpenMessage = {
	kind: 'open',
	session: 'a'.repeat(64),
	manifest: 'c'.repeat(64),
	project: 'glioma',
	signed: { token: 't', request: 'r' },
	deadlineMs: startMs,
	prepared: false,
};

beforeAll(async () => {
	await initCrypto();
	manifest = sampleManifest();
});

function codeOf(change: Partial<Manifest>, asked: Partial<OpenMessage> = {}): string {
	const terms = decideTerms({ ...manifest, ...change }, { ...message, ...asked }, samplePlan.mechanism);
	return terms.ok ? 'ok' : terms.error;
}

describe('decideTerms', () => {
	it('binds the session to manifest, policy, and roster', () => {
		const terms = decideTerms(manifest, message, samplePlan.mechanism);
		expect(terms).toEqual({
			ok: true,
			value: {
				session: message.session,
				// Our own manifest's hash, not the one that the coordinator sent.
				manifestHash: manifestHash(manifest),
				policyHash: policyHash(samplePolicy),
				roster: manifest.members.map(({ hospital, identityKey }) => ({ hospital, identityKey })),
				parameters: { hospitals: 3, colluders: 1, threshold: 3, minimum: 3, noiseHospitals: 2 },
			},
		});
	});

	it('asks what the researcher signed, under their key where the network is blind', () => {
		const record = { ...sampleRecord, requestHash: 'hash', plan: samplePlan };
		expect(questionOf({ ...record, receiverKey: null })).toEqual({
			requestHash: 'hash',
			cells: 3,
			valueBits: 64,
		});
		expect(questionOf({ ...record, receiverKey: 'R' })).toEqual({
			requestHash: 'hash',
			cells: 3,
			valueBits: 64,
			receiverKey: 'R',
		});
	});

	it('counts the comparisons with earlier exact answers into the vector', () => {
		const record = { ...sampleRecord, plan: samplePlan };
		const cellsOf = (cells: number): number => questionOf({ ...record, earlier: [{ session, cells }] }).cells;
		expect([0, 1, 51].map(cellsOf)).toEqual([203, 203, 403]);
		expect(() => cellsOf(20_000)).toThrow('more comparisons');
	});

	it('takes the roster from the project and sorts it, whatever the order of the members', () => {
		const members = [...manifest.members].reverse();
		const terms = decideTerms({ ...manifest, members }, message, samplePlan.mechanism);
		expect(terms.ok && terms.value?.roster.map(({ hospital }) => hospital)).toEqual([
			'east',
			'north',
			'south',
		]);
	});

	it('gives a plain network none, however few its hospitals', () => {
		const plain = { ...samplePolicy, aggregation: 'plain' } as const;
		const projects = [{ id: 'glioma', title: '', hospitals: ['east', 'north'] }];
		expect(decideTerms({ ...manifest, policy: plain, projects }, message, samplePlan.mechanism)).toEqual({
			ok: true,
			value: null,
		});
	});

	it.each<[string, Partial<Manifest>, Partial<OpenMessage>, string]>([
		['a project that is not in the manifest', {}, { project: 'lung' }, 'unknown-project'],
		[
			'a roster of two',
			{ projects: [{ id: 'glioma', title: '', hospitals: ['east', 'north'] }] },
			{},
			'too-few-hospitals',
		],
		[
			'colluders that the roster does not bear',
			{ policy: { ...samplePolicy, colluders: 2 } },
			{},
			'too-few-hospitals',
		],
	])('refuses %s', (_what, change, asked, code) => {
		expect(codeOf(change, asked)).toBe(code);
	});

	it('refuses an unknown project in a plain network too', () => {
		const policy = { ...samplePolicy, aggregation: 'plain' } as const;
		expect(codeOf({ policy }, { project: 'lung' })).toBe('unknown-project');
	});
});

describe('noiseHospitals', () => {
	it('sizes shares by the roster of the project: 2 of 3 hospitals', () => {
		expect(noiseHospitals(manifest, 'glioma')).toEqual({ ok: true, value: 2 });
	});

	it.each<[string, Partial<Manifest>, string]>([
		['an unknown project', { projects: [] }, 'unknown-project'],
		[
			'a roster of two',
			{ projects: [{ id: 'glioma', title: '', hospitals: ['east', 'north'] }] },
			'too-few-hospitals',
		],
	])('refuses %s', (_what, change, error) => {
		expect(noiseHospitals({ ...manifest, ...change }, 'glioma')).toEqual({ ok: false, error });
	});
});
