// What one step of one patient's weight costs in epsilon where only some of the noise shares are honest: for the table
// of docs/disclosure.md, and for whoever doubts that no more than T hospitals collude. Post-processing of public
// numbers, floats allowed; never told to be less than it is.

/** Below it the sums get long; a plan's noise scale is bound to 1,000 long before (plan-under-policy.ts). */
const leastRate = 1e-4;
/** What is left of the numerator when it is cut off, and all that its floats can have lost, in parts of the whole. */
const slack = 1e-9;

/**
 * The greatest |ln P(Z = k) / P(Z = k + 1)|, where Z is the difference of two NB(shape) at q = exp(-rate). So it is
 * epsilon for a count that one patient changes by one, with no delta.
 *
 * With shape >= 1 a whole discrete Laplace is among the noise, and it is `rate`. With less, P(N = j) of NB(shape) is
 * log-convex in j, as P(N = j + 1) / P(N = j) = q (shape + j) / (j + 1) grows with j. P(Z = k) for k >= 0 is a sum
 * over j of P(N = j) P(N = j + k), each log-convex in k, and so is their sum. Then P(Z = k) / P(Z = k + 1) falls with
 * k: it is greatest between 0 and 1, and the value is exact, not a bound only.
 *
 * Units   `rate` epsilon / sensitivity, in 1e-4..; `shape` honest shares / H, above 0. Too large by 1e-9 at most.
 * Errors  throws outside those ranges: no noise at all has no epsilon.
 */
export function stepLoss(rate: number, shape: number): number {
	if (!(rate >= leastRate && Number.isFinite(rate))) throw new RangeError('a rate is at least 1e-4');
	if (!(shape > 0)) throw new RangeError('there is no honest share');
	if (shape >= 1) return rate;
	const q = Math.exp(-rate);
	let mass = 1;
	let atZero = 0;
	let atOne = 0;
	for (let j = 0; ; j += 1) {
		const next = (mass * q * (shape + j)) / (j + 1);
		atZero += mass * mass;
		atOne += mass * next;
		// Each further square is at most q^2 of the one before.
		const rest = (next * next) / (1 - q * q);
		if (rest <= atZero * (slack / 10)) return Math.log((atZero + rest) / atOne) + slack;
		mass = next;
	}
}
