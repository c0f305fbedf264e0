// Exact coins for the noise samplers: with a rational probability, and with probability exp(-x) for rational x.
// Source: Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", 2020, algorithm 1.

import type { Random } from '../clock-and-random.ts';
import { type Rational, rational } from './rational.ts';
import { uniformBelow } from './uniform-below.ts';

/** true with probability p; throws where p > 1. */
export function bernoulli(p: Rational, random: Random): boolean {
	if (p.numerator > p.denominator) throw new Error('a probability above 1');
	return uniformBelow(p.denominator, random) < p.numerator;
}

/** true with probability exp(-x), for any x >= 0. */
export function bernoulliExp(x: Rational, random: Random): boolean {
	const whole = x.numerator / x.denominator;
	for (let done = 0n; done < whole; done += 1n) {
		if (!bernoulliExpBelowOne(rational(1n, 1n), random)) return false;
	}
	return bernoulliExpBelowOne(rational(x.numerator - whole * x.denominator, x.denominator), random);
}

/** For 0 <= x <= 1: the first k that fails Bernoulli(x/k) is odd with probability exp(-x) (alternating series). */
export function bernoulliExpBelowOne(x: Rational, random: Random): boolean {
	for (let k = 1n; ; k += 1n) {
		if (!bernoulli(rational(x.numerator, x.denominator * k), random)) return k % 2n === 1n;
	}
}
