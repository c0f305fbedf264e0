// How much epsilon outputs of a mechanism on two neighbouring data sets betray at least: an empirical lower bound.

import { lowerBound, upperBound } from './clopper-pearson.ts';

/** What somebody could look for: an output up to a value, or from a value on. Fixed before any output is seen. */
export type Thresholds = readonly number[];

/**
 * The largest ln P(event | one) / P(event | other), bounded from below, over both tails at every threshold and both
 * directions. It exceeds the true epsilon with probability `alpha` at most: each bound has its part of it.
 *
 * Source  Clopper and Pearson 1934 with Bonferroni's correction.
 */
export function auditedEpsilon(
	one: readonly number[],
	other: readonly number[],
	{ thresholds, alpha }: { readonly thresholds: Thresholds; readonly alpha: number },
): number {
	const events = thresholds.flatMap((at) => [
		(value: number): boolean => value <= at,
		(value: number): boolean => value >= at,
	]);
	const each = alpha / (events.length * 2 * 2);
	const losses = events.flatMap((event) => {
		const [first, second] = [one, other].map((values) => {
			const trials = { successes: values.filter(event).length, runs: values.length };
			return { low: lowerBound(trials, each), high: upperBound(trials, each) };
		});
		if (first === undefined || second === undefined) return [];
		return [Math.log(first.low / second.high), Math.log(second.low / first.high)];
	});
	return Math.max(0, ...losses);
}
