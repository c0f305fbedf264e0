// How far the network's noise may reach, for intervals and bounds: post-processing of public numbers, floats allowed.

import type { NoisePlan } from './polya-share.ts';

/** `contributors` n >= H makes the noise wider than was promised: the difference of two NB(n/H). */
export interface NoiseSpread extends NoisePlan {
	readonly contributors: number;
	/** Cells whose independent noise is added up, as in a table's margin; 1 where absent. */
	readonly cells?: number;
}

/** Beyond it the lattice is so fine that the quantile grows in proportion to the scale. */
const largestExactScale = 5_000;
const marginAboveExact = 1.01;
/** Of one table: some 20 ms. */
const mostEntries = 2_400_000;
/** What a table may leave out, as a part of the whole. */
const leftOut = 2 ** -130;

/**
 * The smallest integer b with P(|Z| > b) <= tail, Z the sum of all contributors' shares.
 *
 * Units   of the released cell. `tail` in 2^-80..1.
 * Errors  throws on a plan that is not of integers >= 1, or a tail outside that range.
 * Source  sums of positive terms of the exact pmf, smallest first, so small tails keep their relative accuracy. The
 *         sum of c cells is NB(cn/H) less its like, so that a margin needs no normal approximation, which would be too
 *         narrow in the tails. Beyond a scale (sensitivity / epsilon) of 5,000, or less for margins of very many
 *         shares, the value is scaled from there and 1 % too wide, never less.
 */
export function noiseQuantile(spread: NoiseSpread, tail: number): number {
	const { epsilonMicros, l1Sensitivity, hospitals, contributors, cells = 1 } = spread;
	for (const value of [epsilonMicros, l1Sensitivity, hospitals, contributors, cells]) {
		if (!Number.isSafeInteger(value) || value < 1) throw new Error('a noise spread holds integers >= 1');
	}
	if (!(tail >= 2 ** -80 && tail <= 1)) throw new Error('a tail lies in 2^-80..1');
	const scale = (1e6 * l1Sensitivity) / epsilonMicros;
	const shape = shapeOf(spread);
	const widest = Math.min(largestExactScale, Math.floor(mostEntries / entriesAtScale1(shape)));
	if (scale <= widest) return quantileAt(scale, shape, tail);
	const exact = quantileAt(widest, shape, tail) + 1;
	return Math.ceil(exact * (scale / widest) * marginAboveExact);
}

/** P(|Z| > b) for the same Z; exact up to rounding. For checks: `noiseQuantile` is what callers want. */
export function noiseTail(spread: NoiseSpread, b: number): number {
	const scale = (1e6 * spread.l1Sensitivity) / spread.epsilonMicros;
	const table = tabulate(scale, shapeOf(spread));
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

function shapeOf({ contributors, hospitals, cells = 1 }: NoiseSpread): number {
	return (contributors * cells) / hospitals;
}

/** An upper bound: 90 scales of exponential tail at either side, and 13.5 standard deviations. */
function entriesAtScale1(shape: number): number {
	return 180 + 27 * Math.sqrt(shape);
}

/**
 * NB(shape) with q = exp(-1/scale), from its mode outwards: its first term, (1 - q)^shape, underflows for wide noise and
 * for margins. Where the entries begin does not matter, since Z is the difference of two such numbers.
 */
function tabulate(scale: number, shape: number): Table {
	const q = Math.exp(-1 / scale);
	const mode = shape > 1 ? Math.floor(((shape - 1) * q) / -Math.expm1(-1 / scale)) : 0;
	const above = weights(q, (step) => ((mode + step + shape) / (mode + step + 1)) * q);
	const below = weights(q, (step) => (mode - step) / ((mode - step - 1 + shape) * q));
	const pmf = Float64Array.from([...below.slice(1).reverse(), ...above]);
	const survival = new Float64Array(pmf.length + 1);
	for (let k = pmf.length - 1; k >= 0; k -= 1) survival[k] = (survival[k + 1] ?? 0) + (pmf[k] ?? 0);
	const whole = survival[0] ?? 0;
	return { pmf: pmf.map((weight) => weight / whole), survival: survival.map((weight) => weight / whole) };
}

/** Relative to the first, outwards until what follows is next to nothing: no later ratio exceeds both this one and q. */
function weights(q: number, ratioAfter: (step: number) => number): readonly number[] {
	const found: number[] = [];
	let weight = 1;
	let sum = 0;
	for (let step = 0; weight > 0; step += 1) {
		found.push(weight);
		sum += weight;
		const ratio = ratioAfter(step);
		if (weight < (1 - Math.max(ratio, q)) * leftOut * sum) break;
		weight *= ratio;
	}
	return found;
}

/** 2 P(Z > b) = 2 sum over k of P(N = k) P(N' >= k + b + 1) */
function twoSidedTail({ pmf, survival }: Table, b: number): number {
	let sum = 0;
	for (let k = pmf.length - b - 2; k >= 0; k -= 1) sum += (pmf[k] ?? 0) * (survival[k + b + 1] ?? 0);
	return 2 * sum;
}
