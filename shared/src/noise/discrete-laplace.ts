// Exact geometric and discrete Laplace samplers over rationals, for the disclose stage.
// Source: Canonne, Kamath, Steinke 2020, algorithm 2.

import type { Random } from '../clock-and-random.ts';
import { bernoulli, bernoulliExpBelowOne } from './bernoulli.ts';
import { type Rational, rational } from './rational.ts';
import { uniformBelow } from './uniform-below.ts';

const one = rational(1n, 1n);
const half = rational(1n, 2n);

/** n >= 0 with probability (1 - q) q^n, q = exp(-rate); throws unless rate > 0. */
export function sampleGeometric(rate: Rational, random: Random): bigint {
	const { numerator, denominator } = rate;
	if (numerator === 0n) throw new Error('a geometric distribution of rate 0 has no mass');
	let fraction = uniformBelow(denominator, random);
	while (!bernoulliExpBelowOne(rational(fraction, denominator), random)) {
		fraction = uniformBelow(denominator, random);
	}
	let whole = 0n;
	while (bernoulliExpBelowOne(one, random)) whole += 1n;
	return (fraction + denominator * whole) / numerator;
}

/** z with probability proportional to exp(-|z| / scale); scale 0 gives 0. */
export function sampleDiscreteLaplace(scale: Rational, random: Random): bigint {
	if (scale.numerator === 0n) return 0n;
	const rate = rational(scale.denominator, scale.numerator);
	for (;;) {
		const negative = bernoulli(half, random);
		const magnitude = sampleGeometric(rate, random);
		// Zero would otherwise be drawn twice as often: once with each sign.
		if (!negative) return magnitude;
		if (magnitude !== 0n) return -magnitude;
	}
}
