// One hospital's share of the network's noise in a cell, in exact arithmetic without bounds: the reference that
// drawNoise equals, and the path it takes where numbers grow large.

import type { Random } from '../clock-and-random.ts';
import { bernoulli, bernoulliExp } from './bernoulli.ts';
import { sampleGeometric } from './discrete-laplace.ts';
import { type Rational, rational } from './rational.ts';

/** What fixes the distribution; all of it is public. */
export interface NoisePlan {
	/** Millionths of epsilon charged for the whole vector. */
	readonly epsilonMicros: number;
	/** The most that one patient can change the whole vector, summed over its cells. */
	readonly l1Sensitivity: number;
	/** H = m - T honest contributors at least; 1 in a plain network, where each hospital adds full noise. */
	readonly hospitals: number;
}

/**
 * NB(1/H) - NB(1/H) with q = exp(-epsilon / sensitivity): the sum of H shares is discrete Laplace.
 *
 * Units   patients (or whatever the cell counts); an integer of either sign.
 * Errors  throws unless every number of the plan is an integer >= 1: less would mean no noise at all.
 * Source  PRIVACY section 3; exact samplers after Canonne, Kamath, Steinke 2020.
 */
export function drawPolyaShare(plan: NoisePlan, random: Random): bigint {
	const rate = rateOf(plan);
	const hospitals = BigInt(plan.hospitals);
	return sampleNegativeBinomial(rate, hospitals, random) - sampleNegativeBinomial(rate, hospitals, random);
}

/**
 * NB(1/h): a geometric n kept when every j = 1..n passes Bernoulli(((j-1)h + 1) / (jh)).
 * NB(1) is the geometric itself. Whether n >= 1, and the test of j = 1, come before the rest of n is drawn: nearly
 * all rejections fall there.
 */
export function sampleNegativeBinomial(rate: Rational, h: bigint, random: Random): bigint {
	if (h === 1n) return sampleGeometric(rate, random);
	const first = rational(1n, h);
	for (;;) {
		if (!bernoulliExp(rate, random)) return 0n;
		if (!bernoulli(first, random)) continue;
		// The geometric distribution has no memory: what lies beyond 1 is geometric again.
		const n = 1n + sampleGeometric(rate, random);
		if (passesToEnd(n, h, random)) return n;
	}
}

/** Whether n passes the tests of j = 2..n. */
export function passesToEnd(n: bigint, h: bigint, random: Random): boolean {
	for (let j = 2n; j <= n; j += 1n) {
		if (!bernoulli(rational((j - 1n) * h + 1n, j * h), random)) return false;
	}
	return true;
}

/** epsilon / sensitivity. Errors  as drawPolyaShare. */
export function rateOf(plan: NoisePlan): Rational {
	for (const value of [plan.epsilonMicros, plan.l1Sensitivity, plan.hospitals]) {
		if (!Number.isSafeInteger(value) || value < 1) throw new Error('a noise plan holds integers >= 1');
	}
	return rational(BigInt(plan.epsilonMicros), 1_000_000n * BigInt(plan.l1Sensitivity));
}
