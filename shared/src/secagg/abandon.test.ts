import { beforeAll, describe, expect, it } from 'vitest';
import { initCrypto, newSigningSeed, publicKeyOf } from '../keys.ts';
import {
	type AbandonPromise,
	certificateSize,
	isAbandonCertificate,
	isAbandonPromise,
	promiseAbandon,
} from './abandon.ts';
import { secaggParameters } from './parameters.ts';
import type { SessionTerms } from './terms.ts';

beforeAll(initCrypto);

const seedOf = (at: number) => newSigningSeed(new Uint8Array(32).fill(at + 1));
const nameOf = (at: number): string => `hospital-${at}`;

/** Five hospitals, T = 1, t = 4: three promises. */
function terms(change: Partial<SessionTerms> = {}): SessionTerms {
	const parameters = secaggParameters(5, null);
	if (!parameters.ok) throw new Error(parameters.error);
	return {
		session: '5a'.repeat(32),
		manifestHash: '01'.repeat(32),
		policyHash: '02'.repeat(32),
		roster: [0, 1, 2, 3, 4].map((at) => ({ hospital: nameOf(at), identityKey: publicKeyOf(seedOf(at)) })),
		parameters: parameters.value,
		...change,
	};
}

function promises(...of: readonly number[]): readonly AbandonPromise[] {
	return of.map((at) => promiseAbandon(terms(), { hospital: nameOf(at), signingSeed: seedOf(at) }));
}

describe('certificateSize', () => {
	it.each([
		[3, 2],
		[4, 3],
		[5, 3],
		[10, 7],
		[100, 67],
	])('of %i hospitals is %i', (hospitals, size) => {
		const parameters = secaggParameters(hospitals, null);
		expect(parameters.ok && certificateSize(parameters.value)).toBe(size);
	});

	it('leaves fewer than t who may still unmask, the T who lie among them, and is no more than all', () => {
		for (let hospitals = 3; hospitals <= 100; hospitals += 1) {
			for (let colluders = 1; colluders < hospitals; colluders += 1) {
				const parameters = secaggParameters(hospitals, colluders);
				if (!parameters.ok) continue;
				const size = certificateSize(parameters.value);
				const { threshold } = parameters.value;
				expect(hospitals - size + colluders).toBe(threshold - 1);
				expect(size).toBeLessThanOrEqual(hospitals);
			}
		}
	});
});

describe('isAbandonCertificate', () => {
	it('takes as many promises as it needs, and more', () => {
		expect(isAbandonCertificate(terms(), promises(0, 2, 4))).toBe(true);
		expect(isAbandonCertificate(terms(), promises(0, 1, 2, 3, 4))).toBe(true);
	});

	it.each([
		['too few', [0, 2]],
		['none', []],
		['one hospital twice', [0, 0, 2]],
		['out of order', [2, 0, 4]],
	])('refuses %s', (_, of) => {
		expect(isAbandonCertificate(terms(), promises(...of))).toBe(false);
	});

	it.each<[string, Partial<SessionTerms>]>([
		['session', { session: '5b'.repeat(32) }],
		['manifest', { manifestHash: '03'.repeat(32) }],
		['policy', { policyHash: '03'.repeat(32) }],
	])('refuses promises of another %s', (_, change) => {
		expect(isAbandonCertificate(terms(change), promises(0, 2, 4))).toBe(false);
	});

	it('refuses one promise under another name, of an unknown hospital, or altered', () => {
		const [first, second, third] = promises(0, 2, 4);
		if (first === undefined || second === undefined || third === undefined) throw new Error('three');
		const { signature } = third;
		expect(isAbandonCertificate(terms(), [first, second, { hospital: nameOf(3), signature }])).toBe(false);
		expect(isAbandonCertificate(terms(), [first, second, { hospital: 'nobody', signature }])).toBe(false);
		expect(isAbandonCertificate(terms(), [first, second, { ...third, signature: first.signature }])).toBe(
			false,
		);
	});
});

describe('isAbandonPromise', () => {
	it('is of one hospital', () => {
		const [promise] = promises(3);
		if (promise === undefined) throw new Error('one');
		expect(isAbandonPromise(terms(), promise)).toBe(true);
		expect(isAbandonPromise(terms(), { ...promise, hospital: nameOf(2) })).toBe(false);
		expect(isAbandonPromise(terms(), { ...promise, signature: '' })).toBe(false);
	});
});
