// What hospital IT reads who made a mistake in node.yaml.

import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseNodeConfig } from './node-config.ts';

const key = 'A'.repeat(43);
const right = {
	cordon: 1,
	hospital: 'north',
	name: 'North Hospital',
	state: 'state',
	database: { kind: 'pglite' },
	coordinator: { url: 'https://coordinator.example', identityKey: key, logKey: key },
	k: 11,
	policyEngine: { kind: 'in-process' },
	accepts: { aggregation: 'secure', publicData: false, epsilonPerEpoch: 10, epsilonForLife: 100 },
	authorization: 'authorization.yaml',
	sources: [{ kind: 'csv', path: 'features.csv', patient: 'id', dataClass: 'image' }],
	complianceKey: `CQ${'A'.repeat(41)}`,
};

function issuesOf(change: Readonly<Record<string, unknown>>): unknown {
	const parsed = parseNodeConfig(stringify({ ...right, ...change }), 'node.yaml');
	return parsed.ok ? [] : parsed.error;
}

describe('parseNodeConfig', () => {
	it('reads a file without a mistake', () => {
		expect(issuesOf({})).toEqual([]);
	});

	it('reads what the hospital lowers of the budget, in millionths; what it leaves is null', () => {
		const budget = { epsilonPerEpoch: 4.1, epsilonPerResearcher: 0.5 };
		const parsed = parseNodeConfig(stringify({ ...right, budget }), 'node.yaml');
		expect(parsed.ok && parsed.value.budget).toEqual({
			epochMicros: 4_100_000,
			lifeMicros: null,
			projectMicros: null,
			researcherMicros: 500_000,
		});
		expect(issuesOf({ budget: { epsilonPerEpoch: 0 } })).toMatchObject([{ path: '/budget/epsilonPerEpoch' }]);
	});

	it('names the line of a text that is no YAML', () => {
		const parsed = parseNodeConfig('cordon: 1\nname: [North', 'node.yaml');
		expect(parsed).toMatchObject({
			ok: false,
			error: [{ path: '', message: expect.stringMatching(/^line 2, /) }],
		});
	});

	it.each([
		[
			'a key that does not exist',
			{ acepts: {} },
			{
				path: '/acepts',
				message: expect.stringContaining('unknown key; valid here: cordon, hospital'),
				nearest: ['accepts'],
			},
		],
		[
			'a kind that does not exist',
			{ database: { kind: 'postgresql' } },
			{ path: '/database/kind', message: 'expected pglite or postgres', nearest: ['postgres'] },
		],
		[
			'the placeholder of the documentation',
			{ complianceKey: 'A'.repeat(43) },
			{ path: '/complianceKey', message: expect.stringContaining('`cordon audit keygen FILE`'), nearest: [] },
		],
		[
			'a choice left open',
			{ accepts: { publicData: false, epsilonPerEpoch: 10, epsilonForLife: 100 } },
			{ path: '/accepts/aggregation', message: 'missing; expected secure or plain', nearest: [] },
		],
		[
			'a hospital id with capitals',
			{ hospital: 'North Side' },
			{
				path: '/hospital',
				message: 'expected lower-case letters, digits and hyphens, at most 40',
				nearest: ['north-side'],
			},
		],
		[
			'plain HTTP off loopback',
			{ coordinator: { ...right.coordinator, url: 'http://coordinator.example' } },
			{ path: '/coordinator/url', message: 'plain HTTP is refused off loopback: use https', nearest: [] },
		],
		[
			'a pattern of patients that is no regular expression',
			{ patients: { matching: '^(N-' } },
			{
				path: '/patients/matching',
				message: 'is not a regular expression (JavaScript, with the flag u)',
				nearest: [],
			},
		],
		[
			'a misspelt key of a source',
			{ sources: [{ ...right.sources[0], dai: 'date' }] },
			{ path: '/sources/0/dai', message: expect.stringContaining('unknown key'), nearest: ['day'] },
		],
	])('says of %s where it is and what would be right', (_what, change, expected) => {
		expect(issuesOf(change)).toEqual([expected]);
	});
});
