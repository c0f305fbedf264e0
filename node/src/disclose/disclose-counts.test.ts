import { countPatients, encodeSafeCounts, type Plan, type RawCount } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { samplePlan } from '../testing/sample-network.ts';
import { discloseForSum, disclosePlain, type NoiseVector } from './disclose-counts.ts';

const noised = samplePlan;
const exact: Plan = { ...samplePlan, mechanism: 'exact', epsilonMicros: 0 };
const raw: readonly RawCount[] = [0, 10, 11].map(countPatients);

describe('discloseForSum', () => {
	const sent = (plan: Plan, noise: NoiseVector): readonly (string | null)[] =>
		encodeSafeCounts(discloseForSum(plan, raw, noise));

	it('adds each cell its own noise, below zero too', () => {
		expect(sent(noised, [-3n, 5n, 0n])).toEqual(['-3', '15', '11']);
	});

	it('hides nothing of an exact answer: k is for the sum', () => {
		expect(sent(exact, null)).toEqual(['0', '10', '11']);
	});

	it.each<[string, NoiseVector]>([
		['no noise', null],
		['too little noise', [1n, 1n]],
		['noise for another plan', [1n, 1n, 1n, 1n]],
		['an empty vector', []],
	])('throws at %s for a noised plan', (_what, noise) => {
		expect(() => sent(noised, noise)).toThrow('one noise value a cell');
	});
});

describe('disclosePlain', () => {
	const sent = (plan: Plan, noise: NoiseVector, k: number): readonly (string | null)[] =>
		encodeSafeCounts(disclosePlain(plan, raw, { noise, k }));

	it('hides every exact cell under k, zero included', () => {
		expect(sent(exact, null, 11)).toEqual([null, null, '11']);
	});

	it('hides all where k is above all', () => {
		expect(sent(exact, null, 12)).toEqual([null, null, null]);
	});

	it('hides nothing where public data let k be 1', () => {
		expect(sent(exact, null, 1)).toEqual(['0', '10', '11']);
	});

	it('adds noise to a noised cell and hides none: what is hidden would tell the true count', () => {
		expect(sent(noised, [1n, 1n, -12n], 11)).toEqual(['1', '11', '-1']);
	});

	it.each<[string, NoiseVector]>([
		['no noise', null],
		['too little noise', [1n]],
	])('throws at %s for a noised plan', (_what, noise) => {
		expect(() => sent(noised, noise, 11)).toThrow('one noise value a cell');
	});

	it.each([Number.NaN, 10.5, Number.POSITIVE_INFINITY])('throws at a k of %d', (k) => {
		expect(() => sent(exact, null, k)).toThrow('k is an integer');
	});
});
