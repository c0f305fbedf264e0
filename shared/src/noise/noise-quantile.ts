// How far the network's noise may reach, for intervals and bounds: post-processing of public numbers, floats allowed.

import type { NoisePlan } from './polya-share.ts';

/** `contributors` n >= H makes the noise wider than was promised: the difference of two NB(n/H). */
export interface NoiseSpread extends NoisePlan {
	readonly contributors: number;
}

/** Above this scale the lattice is so fine that the quantile grows in proportion; tables stay under 2 million entries. */
const largestExactScale = 5_000;
const marginAboveExact = 1.01;

/**
 * The smallest integer b with P(|Z| > b) <= tail, Z the sum of all contributors' shares.
 *
 * Units   of the released cell. `tail` in 2^-80..1.
 * Errors  throws on a plan that is not of integers >= 1, or a tail outside that range.
 * Source  sums of positive terms of the exact pmf, smallest first, so small tails keep their relative accuracy.
 *         Beyond a scale of 5,000 (sensitivity / epsilon) the value is scaled from 5,000 and 1 % too wide, never less.
 */
export function noiseQuantile(spread: NoiseSpread, tail: number): number {
	const { epsilonMicros, l1Sensitivity, hospitals, contributors } = spread;
	for (const value of [epsilonMicros, l1Sensitivity, hospitals, contributors]) {
		if (!Number.isSafeInteger(value) || value < 1) throw new Error('a noise spread holds integers >= 1');
	}
	if (!(tail >= 2 ** -80 && tail <= 1)) throw new Error('a tail lies in 2^-80..1');
	const scale = (1e6 * l1Sensitivity) / epsilonMicros;
	const shape = contributors / hospitals;
	if (scale <= largestExactScale) return quantileAt(scale, shape, tail);
	const exact = quantileAt(largestExactScale, shape, tail) + 1;
	return Math.ceil(exact * (scale / largestExactScale) * marginAboveExact);
}

/** P(|Z| > b) for the same Z; exact up to rounding. For checks: `noiseQuantile` is what callers want. */
export function noiseTail(spread: NoiseSpread, b: number): number {
	const scale = (1e6 * spread.l1Sensitivity) / spread.epsilonMicros;
	const table = tabulate(scale, spread.contributors / spread.hospitals);
	return b < 0 ? 1 : twoSidedTail(table, b);
}

function quantileAt(scale: number, shape: number, tail: number): number {
	const table = tabulate(scale, shape);
	let low = 0;
	let high = table.pmf.length;
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (twoSidedTail(table, middle) <= tail) high = middle;
		else low = middle + 1;
	}
	return low;
}

interface Table {
	readonly pmf: Float64Array;
	/** survival[k] = P(N >= k) */
	readonly survival: Float64Array;
}

/** NB(shape) with q = exp(-1/scale), in logarithms, because (1 - q)^shape underflows for wide noise. */
function tabulate(scale: number, shape: number): Table {
	const logQ = -1 / scale;
	// Beyond mean + 120 scales + 12 shapes of scale, what is left is under 2^-130 of the whole.
	const length = Math.ceil(scale * (120 + 12 * shape)) + 64;
	const pmf = new Float64Array(length);
	let logP = shape * Math.log(-Math.expm1(logQ));
	for (let k = 0; k < length; k += 1) {
		if (k > 0) logP += Math.log((k - 1 + shape) / k) + logQ;
		pmf[k] = Math.exp(logP);
	}
	const survival = new Float64Array(length + 1);
	for (let k = length - 1; k >= 0; k -= 1) survival[k] = (survival[k + 1] ?? 0) + (pmf[k] ?? 0);
	return { pmf, survival };
}

/** 2 P(Z > b) = 2 sum over k of P(N = k) P(N' >= k + b + 1) */
function twoSidedTail({ pmf, survival }: Table, b: number): number {
	let sum = 0;
	for (let k = pmf.length - b - 2; k >= 0; k -= 1) sum += (pmf[k] ?? 0) * (survival[k + b + 1] ?? 0);
	return 2 * sum;
}
