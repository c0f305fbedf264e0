// Exact fractions of natural numbers for the noise samplers: a float anywhere here would leak through its low bits.

/** numerator/denominator in lowest terms, both >= 0, denominator >= 1. */
export interface Rational {
	readonly numerator: bigint;
	readonly denominator: bigint;
}

/** Errors  throws on a negative part or a zero denominator. */
export function rational(numerator: bigint, denominator: bigint): Rational {
	if (numerator < 0n || denominator <= 0n) throw new Error('not a fraction of natural numbers');
	const divisor = greatestCommonDivisor(numerator, denominator);
	return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export function multiply(a: Rational, b: Rational): Rational {
	return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** |a - b| */
export function distance(a: Rational, b: Rational): Rational {
	const difference = a.numerator * b.denominator - b.numerator * a.denominator;
	return rational(difference < 0n ? -difference : difference, a.denominator * b.denominator);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
	let [high, low] = [a, b];
	while (low !== 0n) [high, low] = [low, high % low];
	return high;
}
