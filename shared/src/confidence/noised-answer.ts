// Noised sums as a researcher reads them: cells and margins that agree, each with how far its noise reaches.
// The coordinator of a visible network calls it, and in a blind one the researcher's own machine.

import { type NoiseSpread, noiseQuantile } from '../noise/noise-quantile.ts';
import type { MergedCount } from '../numbers/numbers.ts';
import { readMerged, readReleased, releaseCount } from '../numbers/released-count.ts';
import type { Plan } from '../plan/plan.ts';
import { err, ok, type Result } from '../result.ts';
import { fitCells } from './fit-cells.ts';
import { tableMargins } from './table-margins.ts';

export interface NoisedNumber {
	/** Patients, never below zero; the cells of a table add up to its margins. */
	readonly value: number;
	/** Contains the true sum with probability 0.95 at least, and `value`. */
	readonly interval: readonly [number, number];
	/** The sum with its noise as it was measured. */
	readonly raw: number;
}

export interface NoisedCell extends NoisedNumber {
	readonly key: readonly string[];
}

/** null in `key`: over all categories of that variable. */
export interface NoisedMargin extends NoisedNumber {
	readonly key: readonly (string | null)[];
}

/** How far the noise of one cell reaches, in patients; public numbers only. */
export interface NoiseReach {
	/** H: how many hospitals' shares make one full noise. */
	readonly hospitals: number;
	/** n: how many gave a share; more than H make it wider. */
	readonly contributors: number;
	readonly bound95: number;
	/** Exceeded once in a million cells. */
	readonly bound1e6: number;
}

export interface NoisedAnswer {
	readonly cells: readonly NoisedCell[];
	readonly margins: readonly NoisedMargin[];
}

const tail95 = 0.05;
/** More patients than a hundred hospitals have, with whatever noise a plan may add; far inside what a number can say. */
const mostPatients = 1_000_000_000_000n;

/** Whether hospitals that are honest, and a session that opened rightly, can have come to this sum. */
export function isPlausibleSum(count: MergedCount): boolean {
	const sum = readMerged(count);
	return sum <= mostPatients && sum >= -mostPatients;
}

export function noiseReach(spread: NoiseSpread): NoiseReach {
	const { hospitals, contributors } = spread;
	return {
		hospitals,
		contributors,
		bound95: noiseQuantile(spread, tail95),
		bound1e6: noiseQuantile(spread, 1e-6),
	};
}

/**
 * Everything here is post-processing of noised numbers, and costs no further privacy.
 *
 * Shape   one cell a cell of the plan and one margin a margin of its table, in order; none for a count.
 * Units   patients over all contributing hospitals. An interval is `raw` plus and minus the quantile of the noise that
 *         is in it (a margin's is that of all its cells), cut at 0; it is widened to `value` where fitting the
 *         cells to each other has moved that further.
 * Errors  `implausible-sum`; throws where the cells are not those of the plan.
 */
export function noisedAnswer(
	plan: Plan,
	merged: readonly MergedCount[],
	spread: NoiseSpread,
): Result<NoisedAnswer, 'implausible-sum'> {
	const shape = plan.variables.map(({ categories }) => categories.length);
	const size = shape.reduce((product, length) => product * length, 1);
	if (merged.length !== plan.cells.length || size !== merged.length) {
		throw new Error('noised cells do not fit the plan');
	}
	if (!merged.every(isPlausibleSum)) return err('implausible-sum');
	const raw = merged.map((count) => readReleased(releaseCount(count)));
	const fitted = fitCells(raw);
	const bounds = new Map<number, number>();
	const numberOf = (cells: readonly number[]): NoisedNumber => {
		const bound = bounds.get(cells.length) ?? noiseQuantile({ ...spread, cells: cells.length }, tail95);
		bounds.set(cells.length, bound);
		return noisedNumber(sumAt(fitted, cells), sumAt(raw, cells), bound);
	};
	return ok({
		cells: plan.cells.map((key, at) => ({ key, ...numberOf([at]) })),
		margins: tableMargins(shape).map(({ at, cells }) => ({ key: keyOf(plan, at), ...numberOf(cells) })),
	});
}

function noisedNumber(value: number, raw: number, bound: number): NoisedNumber {
	const low = Math.max(0, raw - bound);
	const high = Math.max(0, raw + bound);
	return { value, interval: [Math.min(low, value), Math.max(high, value)], raw };
}

function sumAt(values: readonly number[], cells: readonly number[]): number {
	return cells.reduce((sum, at) => sum + (values[at] ?? 0), 0);
}

function keyOf(plan: Plan, at: readonly (number | null)[]): readonly (string | null)[] {
	return at.map((position, variable) =>
		position === null ? null : (plan.variables[variable]?.categories[position] ?? null),
	);
}
