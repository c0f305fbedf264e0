// How large an exact sum must be before it is shown, so that no one who contributed to it, nor two, can tell another's part.

/** n = 2, k = 90 %: the two largest contributions may be at most this share of the total, in tenths. */
const mostOfTwoInTenths = 9;
/** The p-ratio: after the two largest are taken off, at least this share of the largest is left, in tenths. */
const leastOfRestInTenths = 1;

/**
 * The (2, 0.9) dominance rule and the p-ratio with p = 0.10, by the bound of a contribution and not by the contributions:
 * maxima must not travel. Where the total is at least max(2B / 0.9, (2 + p) B) both rules hold, whatever the
 * contributions in [0, B] are.
 *
 * Units   `bound` B: what one person can contribute at most, a positive whole number; a count's is the number of
 *         hospitals that a person may be counted at. The result in the same unit.
 * Errors  throws on a bound that is none.
 * Source  design/PRIVACY.md section 1, last paragraph; the rules as in Hundepool et al., Statistical Disclosure Control
 *         (2012), section 4.2.
 */
export function leastUndominatedSum(bound: number): number {
	if (!Number.isSafeInteger(bound) || bound < 1) throw new Error('a bound is a whole number of at least 1');
	const undominated = Math.ceil((2 * bound * 10) / mostOfTwoInTenths);
	const unrevealed = Math.ceil((bound * (20 + leastOfRestInTenths)) / 10);
	return Math.max(undominated, unrevealed);
}
