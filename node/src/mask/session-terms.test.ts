import { initCrypto, type Manifest, manifestHash, type OpenMessage, policyHash } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleManifest, samplePlan, samplePolicy, startMs } from '../testing/sample-network.ts';
import { decideTerms, noiseHospitals, type Vector } from './session-terms.ts';

let manifest: Manifest;
const vector: Vector = { plan: samplePlan, earlier: null };
const session = 'd'.repeat(64);
const message: OpenMessage = {
	kind: 'open',
	session: 'a'.repeat(64),
	manifest: 'c'.repeat(64),
	project: 'glioma',
	signed: { token: 't', request: 'r' },
	deadlineMs: startMs,
};

beforeAll(async () => {
	await initCrypto();
	manifest = sampleManifest();
});

function codeOf(change: Partial<Manifest>, asked: Partial<OpenMessage> = {}): string {
	const terms = decideTerms({ ...manifest, ...change }, { ...message, ...asked }, 'hash', vector);
	return terms.ok ? 'ok' : terms.error;
}

describe('decideTerms', () => {
	it('binds the session to manifest, policy, roster, request and number of cells', () => {
		const terms = decideTerms(manifest, message, 'hash', vector);
		expect(terms).toEqual({
			ok: true,
			value: {
				session: message.session,
				// Our own manifest's hash, not the one that the coordinator sent.
				manifestHash: manifestHash(manifest),
				policyHash: policyHash(samplePolicy),
				roster: manifest.members.map(({ hospital, identityKey }) => ({ hospital, identityKey })),
				parameters: { hospitals: 3, colluders: 1, threshold: 3, minimum: 3, noiseHospitals: 2 },
				requestHash: 'hash',
				cells: 3,
			},
		});
	});

	it('counts the comparisons with earlier exact answers into the vector, and refuses more than fit', () => {
		const earlier = (cells: number): Vector => ({ ...vector, earlier: [{ session, cells }] });
		const cellsOf = (asked: Vector): unknown => {
			const terms = decideTerms(manifest, message, 'hash', asked);
			return terms.ok ? terms.value?.cells : terms.error;
		};
		expect([0, 1, 51].map((cells) => cellsOf(earlier(cells)))).toEqual([203, 203, 403]);
		expect(cellsOf(earlier(20_000))).toBe('too-many-cells');
	});

	it('takes the roster from the project and sorts it, whatever the order of the members', () => {
		const members = [...manifest.members].reverse();
		const terms = decideTerms({ ...manifest, members }, message, 'hash', vector);
		expect(terms.ok && terms.value?.roster.map(({ hospital }) => hospital)).toEqual([
			'east',
			'north',
			'south',
		]);
	});

	it('gives a plain network none, however few its hospitals', () => {
		const plain = { ...samplePolicy, aggregation: 'plain' } as const;
		const projects = [{ id: 'glioma', title: '', hospitals: ['east', 'north'] }];
		expect(decideTerms({ ...manifest, policy: plain, projects }, message, 'h', vector)).toEqual({
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
