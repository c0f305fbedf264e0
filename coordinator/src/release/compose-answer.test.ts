import { initCrypto, newSigningSeed, publicKeyOf } from '@cordon/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { answerHashOf, signAnswer, verifyAnswer } from './compose-answer.ts';

const seed = newSigningSeed(new Uint8Array(32).fill(7));
const body = { cordon: 1, id: 'q', status: 'released', cells: [{ key: [], value: 12, interval: [12, 12] }] };
const nowMs = Date.UTC(2026, 10, 23, 1, 59, 59, 999);

beforeAll(initCrypto);

describe('signAnswer', () => {
	it('says the hour and not the moment', () => {
		expect(signAnswer(body, { nowMs, receipt: null }, seed)['releasedAtHour']).toBe(
			'2026-11-23T01:00:00.000Z',
		);
	});

	it('is verified with the key that signed, in whatever order the keys come', () => {
		const answer = signAnswer(body, { nowMs, receipt: { entry: 1 } }, seed);
		const reordered = Object.fromEntries(Object.entries(answer).reverse());
		expect(verifyAnswer(reordered, publicKeyOf(seed))).toBe(true);
	});

	it.each([
		['a number', { cells: [{ key: [], value: 13, interval: [12, 12] }] }],
		['the receipt', { receipt: { entry: 2 } }],
		['an added field', { note: 'x' }],
		['no signature', { signature: null }],
	])('is not verified after a change of %s', (_, change) => {
		const answer = { ...signAnswer(body, { nowMs, receipt: { entry: 1 } }, seed), ...change };
		expect(verifyAnswer(answer, publicKeyOf(seed))).toBe(false);
	});

	it('is not verified with another key', () => {
		const answer = signAnswer(body, { nowMs, receipt: null }, seed);
		expect(verifyAnswer(answer, publicKeyOf(newSigningSeed(new Uint8Array(32).fill(8))))).toBe(false);
	});
});

describe('answerHashOf', () => {
	it('does not depend on the order of keys, and does on every number', () => {
		expect(answerHashOf(Object.fromEntries(Object.entries(body).reverse()))).toBe(answerHashOf(body));
		expect(answerHashOf({ ...body, cells: [{ key: [], value: 13, interval: [12, 12] }] })).not.toBe(
			answerHashOf(body),
		);
	});
});
