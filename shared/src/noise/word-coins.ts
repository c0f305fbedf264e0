// The coins of bernoulli.ts in machine integers, for the fast path of the noise: the same words of the same stream
// give the same faces. It is exact because a number is used only while it is a safe integer (at most 2^53 - 1, where
// +, -, * and a division without remainder are exact and % always is), and BigInt from there on.

import { bernoulli } from './bernoulli.ts';
import type { RandomBlocks } from './random-blocks.ts';
import { rational } from './rational.ts';
import { uniformBelow } from './uniform-below.ts';

/** n/d in lowest terms, two safe integers, 0 <= n and d >= 1. */
export interface SmallRational {
	readonly numerator: number;
	readonly denominator: number;
}

const largestWord = 2 ** 32 - 1;

/** uniformBelow for a safe bound: one word a try where the bound fits in one, its surplus bits shifted out. */
export function smallBelow(bound: number, random: RandomBlocks): number {
	if (bound > largestWord) return Number(uniformBelow(BigInt(bound), random));
	const surplus = Math.clz32(bound);
	for (;;) {
		const drawn = random.word() >>> surplus;
		if (drawn < bound) return drawn;
	}
}

/** bernoulliExpBelowOne for n/d <= 1. */
export function flipExp({ numerator, denominator }: SmallRational, random: RandomBlocks): boolean {
	for (let k = 1; ; k += 1) {
		if (!flipPart(numerator, denominator, k, random)) return k % 2 === 1;
	}
}

/**
 * Bernoulli(n / (d k)), n/d in lowest terms. The bound of a draw is the denominator in lowest terms, and since n and
 * d share nothing, what n and dk share is what n and k share: no division of large numbers at each flip.
 */
function flipPart(n: number, d: number, k: number, random: RandomBlocks): boolean {
	const shared = k === 1 ? 1 : greatestCommonDivisor(k, n);
	const part = k / shared;
	const bound = d * part;
	// A product beyond the safe integers is rounded, but never back to a safe one.
	if (bound > Number.MAX_SAFE_INTEGER) {
		return bernoulli(rational(BigInt(n / shared), BigInt(d) * BigInt(part)), random);
	}
	return smallBelow(bound, random) < n / shared;
}

export function reduced(numerator: number, denominator: number): SmallRational {
	const shared = greatestCommonDivisor(denominator, numerator);
	return { numerator: numerator / shared, denominator: denominator / shared };
}

/** gcd(a, 0) = a, as for BigInt: of 0 and k the lowest terms are 0/1. */
export function greatestCommonDivisor(a: number, b: number): number {
	let high = a;
	let low = b;
	while (low !== 0) {
		const rest = high % low;
		high = low;
		low = rest;
	}
	return high;
}
