// The attack on beacons (Shringarpure and Bustamante 2015; likelihood ratios by Raisaro and others 2017): whoever has a
// person's genome asks for rare alleles that the person carries, and adds up what each answer says of presence. The
// defence: each answer is noised and charged, so that all of them together are bounded by the budget.

import { describe, expect, it } from 'vitest';
import { counting } from './ask-patients.ts';
import { type Attack, isCertain, isWithin, tryAttack, type Worlds } from './distinguisher.ts';
import { crowd, type Patient } from './neighbouring-patients.ts';

/** Alleles that nobody else carries: the attacker's best case. Each is asked once. */
const alleles = 8;
const each = 0.5;
const runs = 1500;

const known: Patient = { name: 'the one', sex: 'female', carries: true };
const nobodyCarries = (name: string): readonly Patient[] =>
	crowd(name, 6).map((patient) => ({ ...patient, carries: false }));
const others = ['east', 'south', 'west'].map(nobodyCarries);
const worlds: Worlds = {
	present: [[...nobodyCarries('north'), known], ...others],
	absent: [nobodyCarries('north'), ...others],
};

/** ln P(answer | carried by one) - ln P(answer | carried by nobody), under the full discrete Laplace. */
function logRatio(answer: number, epsilon: number): number {
	return epsilon * (Math.abs(answer) - Math.abs(answer - 1));
}

/** One allele stands for all: the person carries each of them, and what is asked of one is asked of the others. */
const attack: Attack = async (ask) => {
	let sum = 0;
	for (let allele = 0; allele < alleles; allele += 1) {
		const [answer = Number.NaN] = await ask(counting({ gene: { symbol: 'IDH1' } }, each));
		sum += logRatio(answer, each);
	}
	return sum > 1;
};

describe('presence by rare alleles', () => {
	it('teeth: by true counts, or by their being more than 0, it is certain', async () => {
		const success = await tryAttack(attack, worlds, { defence: 'undefended', runs: 5, seed: 'beacon' });
		expect(isCertain(success)).toBe(true);
	});

	it(`hold: ${alleles} answers at ${each} tell no more than ${alleles * each} does`, async () => {
		const success = await tryAttack(attack, worlds, { defence: 'noised', runs, seed: 'beacon' });
		expect(isWithin(alleles * each, success)).toBe(true);
		// It is a good attack: more than one answer alone would tell.
		expect(isWithin(each, success)).toBe(false);
		expect(isWithin(alleles * each, { runs, truePositives: runs, falsePositives: 0 })).toBe(false);
	});
});
