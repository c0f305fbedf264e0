import { initCrypto, type Manifest } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import {
	sampleAccepts,
	sampleConfig,
	sampleKeys,
	sampleManifest,
	samplePolicy,
} from '../testing/sample-network.ts';
import { decideManifest, type ManifestFacts } from './decide-manifest.ts';
import type { NodeConfig } from './node-config.ts';

let manifest: Manifest;

beforeAll(async () => {
	await initCrypto();
	manifest = sampleManifest();
});

function facts(config: Partial<NodeConfig> = {}): ManifestFacts {
	return { config: sampleConfig(config), keys: sampleKeys(), dictionary: manifest.dictionary };
}

function codeOf(change: Partial<Manifest>, given: ManifestFacts = facts()): string {
	const decided = decideManifest({ ...manifest, ...change }, given);
	return decided.ok ? 'ok' : decided.error;
}

const accepts = sampleAccepts;

describe('decideManifest', () => {
	it('accepts one that names this hospital rightly and asks no more than it accepts', () => {
		expect(decideManifest(manifest, facts())).toEqual({ ok: true, value: null });
	});

	it('accepts one that asks for less', () => {
		const policy = { ...samplePolicy, k: 5, epsilonPerEpochMicros: 1, epsilonForLifeMicros: 1 };
		expect(codeOf({ policy })).toBe('ok');
	});

	it('accepts public data where the hospital does, and private data there too', () => {
		const open = facts({ accepts: { ...accepts, publicData: true } });
		expect(codeOf({ policy: { ...samplePolicy, publicData: true } }, open)).toBe('ok');
		expect(codeOf({}, open)).toBe('ok');
	});

	it('accepts the k to which this hospital has raised its own', () => {
		const members = manifest.members.map((one) => (one.hospital === 'north' ? { ...one, k: 20 } : one));
		expect(codeOf({ members }, facts({ k: 20 }))).toBe('ok');
	});

	it.each<[string, (given: Manifest) => Partial<Manifest>, string]>([
		[
			'another identity of the coordinator',
			({ coordinator }) => ({ coordinator: { ...coordinator, identityKey: 'A'.repeat(43) } }),
			'wrong-coordinator',
		],
		[
			'another log of the coordinator',
			({ coordinator }) => ({ coordinator: { ...coordinator, logKey: 'A'.repeat(43) } }),
			'wrong-coordinator',
		],
		[
			'no word of this hospital',
			({ members }) => ({ members: members.filter(({ hospital }) => hospital !== 'north') }),
			'not-a-member',
		],
		[
			'another identity of this hospital',
			({ members }) => ({ members: members.map((one) => ({ ...one, identityKey: 'A'.repeat(43) })) }),
			'wrong-own-keys',
		],
		[
			'another log of this hospital',
			({ members }) => ({ members: members.map((one) => ({ ...one, logKey: 'A'.repeat(43) })) }),
			'wrong-own-keys',
		],
		[
			"this hospital's two keys exchanged",
			({ members }) => ({
				members: members.map((one) => ({ ...one, logKey: one.identityKey, identityKey: one.logKey })),
			}),
			'wrong-own-keys',
		],
		[
			'less k than this hospital set itself',
			({ members }) => ({ members: members.map((one) => ({ ...one, k: 10 })) }),
			'k-not-accepted',
		],
		[
			'more k than this hospital set itself',
			({ members }) => ({ members: members.map((one) => ({ ...one, k: 12 })) }),
			'k-not-accepted',
		],
		['another dictionary', () => ({ dictionary: 'e'.repeat(64) }), 'other-dictionary'],
		['a second version', () => ({ version: 2 }), 'not-a-founding'],
		['a version before it', () => ({ previous: 'e'.repeat(64) }), 'not-a-founding'],
	])('refuses %s', (_what, change, code) => {
		expect(codeOf(change(manifest))).toBe(code);
	});

	it.each([
		['plain aggregation', { aggregation: 'plain' }, 'aggregation-not-accepted'],
		['data called public', { publicData: true }, 'public-data-not-accepted'],
		['a millionth more an epoch', { epsilonPerEpochMicros: 10_000_001 }, 'budget-not-accepted'],
		['a millionth more for life', { epsilonForLifeMicros: 100_000_001 }, 'budget-not-accepted'],
		["a k above this hospital's", { k: 12 }, 'k-not-accepted'],
	] as const)('refuses a policy with %s', (_what, change, code) => {
		expect(codeOf({ policy: { ...samplePolicy, ...change } })).toBe(code);
	});

	it('refuses secure aggregation where the hospital agreed to plain: no setting is guessed', () => {
		expect(codeOf({}, facts({ accepts: { ...accepts, aggregation: 'plain' } }))).toBe(
			'aggregation-not-accepted',
		);
	});
});
