// Draws one hospital's share of the network's noise, before the question's data are read, for the disclose stage.

import type { Random } from '../clock-and-random.ts';
import { bernoulli, bernoulliExp } from './bernoulli.ts';
import { sampleGeometric } from './discrete-laplace.ts';
import { type Rational, rational } from './rational.ts';
import { inBlocks } from './uniform-below.ts';

/** What fixes the distribution; all of it is public. */
export interface NoisePlan {
	/** Millionths of epsilon charged for the whole vector. */
	readonly epsilonMicros: number;
	/** The most that one patient can change the whole vector, summed over its cells. */
	readonly l1Sensitivity: number;
	/** H = m - T honest contributors at least; 1 in a plain network, where each hospital adds full noise. */
	readonly hospitals: number;
}

/** Noise for a vector, a share a cell. */
export function drawNoise(cells: number, plan: NoisePlan, random: Random): readonly bigint[] {
	const blocks = inBlocks(random);
	return Array.from({ length: cells }, () => drawPolyaShare(plan, blocks));
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
 * Whether n >= 1, and the test of j = 1, come before the rest of n is drawn: nearly all rejections fall there.
 */
export function sampleNegativeBinomial(rate: Rational, h: bigint, random: Random): bigint {
	const first = rational(1n, h);
	for (;;) {
		if (!bernoulliExp(rate, random)) return 0n;
		if (!bernoulli(first, random)) continue;
		// The geometric distribution has no memory: what lies beyond 1 is geometric again.
		const n = 1n + sampleGeometric(rate, random);
		if (passesFrom(2n, n, h, random)) return n;
	}
}

function passesFrom(start: bigint, end: bigint, h: bigint, random: Random): boolean {
	for (let j = start; j <= end; j += 1n) {
		if (!bernoulli(rational((j - 1n) * h + 1n, j * h), random)) return false;
	}
	return true;
}

function rateOf(plan: NoisePlan): Rational {
	for (const value of [plan.epsilonMicros, plan.l1Sensitivity, plan.hospitals]) {
		if (!Number.isSafeInteger(value) || value < 1) throw new Error('a noise plan holds integers >= 1');
	}
	return rational(BigInt(plan.epsilonMicros), 1_000_000n * BigInt(plan.l1Sensitivity));
}
