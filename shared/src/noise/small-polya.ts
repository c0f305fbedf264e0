// The negative binomial sampler of polya-share.ts in machine integers. It asks the same coins in the same order, so
// the same stream gives the same integers; word-coins.ts says why nothing is rounded.

import { bernoulli } from './bernoulli.ts';
import { passesToEnd } from './polya-share.ts';
import type { RandomBlocks } from './random-blocks.ts';
import { type Rational, rational } from './rational.ts';
import { flipExp, greatestCommonDivisor, reduced, type SmallRational, smallBelow } from './word-coins.ts';

const one: SmallRational = { numerator: 1, denominator: 1 };

/** Null where a part is too large for this path. */
export function smallRate({ numerator, denominator }: Rational): SmallRational | null {
	const largest = BigInt(Number.MAX_SAFE_INTEGER);
	if (numerator > largest || denominator > largest) return null;
	return { numerator: Number(numerator), denominator: Number(denominator) };
}

/** NB(1/h); `rate` > 0, `h` a safe integer >= 1. */
export function drawSmallNegativeBinomial(rate: SmallRational, h: number, random: RandomBlocks): bigint {
	if (h === 1) return drawGeometric(rate, random);
	for (;;) {
		if (!flipExpOf(rate, random)) return 0n;
		if (smallBelow(h, random) !== 0) continue;
		const n = 1n + drawGeometric(rate, random);
		if (passes(n, h, random)) return n;
	}
}

/** bernoulliExp: exp(-1) as often as 1 goes into the rate, then the rest. */
function flipExpOf({ numerator, denominator }: SmallRational, random: RandomBlocks): boolean {
	if (numerator < denominator) return flipExp({ numerator, denominator }, random);
	const rest = numerator % denominator;
	for (let whole = (numerator - rest) / denominator; whole > 0; whole -= 1) {
		if (!flipExp(one, random)) return false;
	}
	// The rest of lowest terms is in lowest terms, and 0/1 where the denominator is 1.
	return flipExp({ numerator: rest, denominator }, random);
}

/** sampleGeometric. `whole` stays far below 2^53: it takes a pass of exp(-1) for each step. */
function drawGeometric({ numerator, denominator }: SmallRational, random: RandomBlocks): bigint {
	let fraction = smallBelow(denominator, random);
	while (!flipExp(reduced(fraction, denominator), random)) fraction = smallBelow(denominator, random);
	let whole = 0;
	while (flipExp(one, random)) whole += 1;
	const total = fraction + denominator * whole;
	if (total > Number.MAX_SAFE_INTEGER) {
		return (BigInt(fraction) + BigInt(denominator) * BigInt(whole)) / BigInt(numerator);
	}
	// Without the remainder, because the quotient of a division that leaves one is rounded.
	return BigInt((total - (total % numerator)) / numerator);
}

/** passesToEnd. (j-1)h + 1 shares nothing with h, and with j what h - 1 does: their lowest terms are known at once. */
function passes(n: bigint, h: number, random: RandomBlocks): boolean {
	const end = Number(n);
	if (end > Number.MAX_SAFE_INTEGER) return passesToEnd(n, BigInt(h), random);
	for (let j = 2; j <= end; j += 1) {
		if (!passesAt(j, h, random)) return false;
	}
	return true;
}

function passesAt(j: number, h: number, random: RandomBlocks): boolean {
	const whole = j * h;
	if (whole > Number.MAX_SAFE_INTEGER) {
		const [bigJ, bigH] = [BigInt(j), BigInt(h)];
		return bernoulli(rational((bigJ - 1n) * bigH + 1n, bigJ * bigH), random);
	}
	const shared = greatestCommonDivisor(j, h - 1);
	return smallBelow(whole / shared, random) < (whole - h + 1) / shared;
}
