// Wycheproof's JWS cases on our verifyJws, with the two algorithms that we take and no others.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type JwsAlgorithm, verifyJws } from '../../shared/src/identity/verify-jws.ts';
import { outsideData } from '../outside-data.ts';

interface Vectors {
	readonly testGroups: readonly {
		readonly public?: { readonly kty: string; readonly alg?: string };
		readonly tests: readonly {
			readonly tcId: number;
			readonly comment: string;
			readonly jws: string | Readonly<Record<string, unknown>>;
			readonly result: 'valid' | 'invalid';
		}[];
	}[];
}

const path = outsideData('vectors/wycheproof/json_web_signature_test.json');
const algorithms: readonly JwsAlgorithm[] = ['ES256', 'RS256'];

/** Cases with an asymmetric key; of the valid ones, those under an algorithm that we take are to be accepted. */
function readCases(file: string) {
	const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'));
	return vectors.testGroups.flatMap((group) =>
		group.tests.flatMap(({ tcId, comment, jws, result }) => {
			const key = group.public;
			if (key === undefined || typeof jws !== 'string') return [];
			const isOurs = algorithms.some((algorithm) => algorithm === key.alg);
			return [{ tcId, comment, jws, key, isAccepted: result === 'valid' && isOurs }];
		}),
	);
}

describe.skipIf(path === null)('verifyJws', () => {
	const cases = path === null ? [] : readCases(path);

	it.each(cases)('case $tcId, $comment: accepted is $isAccepted', async ({ jws, key, isAccepted }) => {
		expect((await verifyJws(jws, key, algorithms)) !== null).toBe(isAccepted);
	});

	it('has met every case with an asymmetric key, and accepted ten', () => {
		expect(cases.length).toBe(361);
		expect(cases.filter(({ isAccepted }) => isAccepted).length).toBe(10);
	});
});
