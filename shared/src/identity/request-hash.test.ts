import { describe, expect, it } from 'vitest';
import { type HashedRequest, requestHash } from './request-hash.ts';

const request: HashedRequest = {
	question: {
		project: 'glioma',
		purpose: 'HMB',
		query: { cordon: 1, cohort: { condition: { code: 'C71.9' } }, ask: { count: {} } },
		release: { mechanism: 'noised', epsilonMicros: 500_000 },
	},
	audience: 'atlas',
	iatMs: 1_800_000_000_000,
	requestId: '00112233445566778899aabbccddeeff',
	receiverKey: null,
};

describe('requestHash', () => {
	it('has the value that every party computes', () => {
		expect(requestHash(request)).toBe('db58c0a2274446e0d6b5cd963886594265006611e955735e9e5b756edc7d14aa');
	});

	it('does not depend on the order of keys', () => {
		const { query } = request.question;
		const reordered = { ask: query.ask, cohort: query.cohort, cordon: query.cordon };
		const same = { ...request, question: { ...request.question, query: reordered } };
		expect(requestHash(same)).toBe(requestHash(request));
	});

	it.each([
		['project', { question: { ...request.question, project: 'lung' } }],
		['purpose', { question: { ...request.question, purpose: 'GRU' } }],
		[
			'query',
			{ question: { ...request.question, query: { ...request.question.query, ask: { exists: {} } } } },
		],
		['mechanism', { question: { ...request.question, release: { mechanism: 'exact' as const } } }],
		[
			'epsilon',
			{ question: { ...request.question, release: { mechanism: 'noised' as const, epsilonMicros: 1 } } },
		],
		['audience', { audience: 'elsewhere' }],
		['time', { iatMs: 1 }],
		['request id', { requestId: 'ff' }],
		['receiver key', { receiverKey: 'AA' }],
	])('depends on the %s', (_part, change) => {
		expect(requestHash({ ...request, ...change })).not.toBe(requestHash(request));
	});
});
