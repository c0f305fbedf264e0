// Exact bounds on a probability from a count of successes, for tests that hold a mechanism to its epsilon.

export interface Trials {
	readonly successes: number;
	readonly runs: number;
}

/** The probability with which `successes` or more happen is `alpha` here: the truth is below it as rarely as that. */
export function lowerBound({ successes, runs }: Trials, alpha: number): number {
	if (successes === 0) return 0;
	return whereRising((p) => regularizedBeta(p, successes, runs - successes + 1), alpha);
}

export function upperBound({ successes, runs }: Trials, alpha: number): number {
	if (successes === runs) return 1;
	return whereRising((p) => regularizedBeta(p, successes + 1, runs - successes), 1 - alpha);
}

/** P(Binomial(runs, p) >= successes), exact up to rounding. */
export function binomialTail({ successes, runs }: Trials, p: number): number {
	if (successes <= 0) return 1;
	return successes > runs ? 0 : regularizedBeta(p, successes, runs - successes + 1);
}

/** I_x(a, b) by its continued fraction (Lentz), on the side where that converges fast. */
export function regularizedBeta(x: number, a: number, b: number): number {
	if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
	if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
	const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
	return (Math.exp(front) / a) * continuedFraction(x, a, b);
}

const tiny = 1e-300;

function continuedFraction(x: number, a: number, b: number): number {
	let c = 1;
	let d = notZero(1 - ((a + b) * x) / (a + 1));
	d = 1 / d;
	let value = d;
	for (let m = 1; m < 100_000; m += 1) {
		const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		let factor = 1;
		for (const term of [even, odd]) {
			d = 1 / notZero(1 + term * d);
			c = notZero(1 + term / c);
			factor = d * c;
			value *= factor;
		}
		if (Math.abs(factor - 1) < 1e-15) return value;
	}
	throw new Error('the continued fraction does not converge');
}

function notZero(value: number): number {
	return Math.abs(value) < tiny ? tiny : value;
}

/** Stirling's series from 16 on, below by the recurrence: better than 1e-14 of itself. */
function logGamma(x: number): number {
	let shifted = x;
	let before = 0;
	while (shifted < 16) {
		before += Math.log(shifted);
		shifted += 1;
	}
	const square = shifted * shifted;
	const series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / shifted;
	return (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - before;
}

function whereRising(rising: (p: number) => number, level: number): number {
	let low = 0;
	let high = 1;
	for (let step = 0; step < 200 && low < high; step += 1) {
		const middle = (low + high) / 2;
		if (middle === low || middle === high) break;
		if (rising(middle) < level) low = middle;
		else high = middle;
	}
	return (low + high) / 2;
}
