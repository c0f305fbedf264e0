// The fractions under the noise samplers are the fractions of arithmetic, for any size: what is claimed of a sampler
// is claimed of exact probabilities.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, multiply, type Rational, rational } from '../../shared/src/noise/rational.ts';

const runs = { seed: 20261123, numRuns: 1000 };
const size = 2n ** 200n;
/** Of all sizes, so that common factors, zeros and equal fractions come up. */
const natural = fc.oneof(
	fc.bigInt({ min: 0n, max: 12n }),
	fc.bigInt({ min: 0n, max: 2n ** 64n }),
	fc.bigInt({ min: 0n, max: size }),
);
const positive = natural.map((n) => n + 1n);
const fraction = fc.tuple(natural, positive).map(([n, d]) => rational(n, d));

/** By halving and subtracting, unlike the code under test, which divides. */
function shareNoDivisor(a: bigint, b: bigint): boolean {
	if (a === 0n || b === 0n) return a + b === 1n;
	let [x, y] = [a, b];
	if (x % 2n === 0n && y % 2n === 0n) return false;
	while (x !== y) {
		if (x % 2n === 0n) x /= 2n;
		else if (y % 2n === 0n) y /= 2n;
		else if (x > y) x -= y;
		else y -= x;
	}
	return x === 1n;
}

function isLowest({ numerator, denominator }: Rational): boolean {
	return numerator >= 0n && denominator >= 1n && shareNoDivisor(numerator, denominator);
}

describe('rational', () => {
	it('has the value it was made of, by cross multiplication, in lowest terms', () => {
		fc.assert(
			fc.property(natural, positive, (n, d) => {
				const made = rational(n, d);
				expect(made.numerator * d).toBe(n * made.denominator);
				expect(isLowest(made)).toBe(true);
			}),
			runs,
		);
	});

	it('is one and the same for equal fractions, however they are written', () => {
		fc.assert(
			fc.property(natural, positive, positive, (n, d, factor) => {
				expect(rational(n * factor, d * factor)).toEqual(rational(n, d));
			}),
			runs,
		);
	});

	it('throws for a negative part and for a denominator of zero', () => {
		fc.assert(
			fc.property(positive, positive, natural, (n, d, any) => {
				for (const [top, bottom] of [
					[-n, d],
					[n, -d],
					[-n, -d],
					[any, 0n],
				] as const) {
					expect(() => rational(top, bottom)).toThrow('not a fraction of natural numbers');
				}
			}),
			runs,
		);
	});
});

describe('multiply', () => {
	it('gives the product, by cross multiplication, in lowest terms, in either order', () => {
		fc.assert(
			fc.property(fraction, fraction, (a, b) => {
				const product = multiply(a, b);
				expect(product.numerator * a.denominator * b.denominator).toBe(
					product.denominator * a.numerator * b.numerator,
				);
				expect(isLowest(product)).toBe(true);
				expect(multiply(b, a)).toEqual(product);
			}),
			runs,
		);
	});

	it('has one and zero, and does not care how three are bracketed', () => {
		fc.assert(
			fc.property(fraction, fraction, fraction, (a, b, c) => {
				expect(multiply(a, rational(1n, 1n))).toEqual(a);
				expect(multiply(a, rational(0n, 1n))).toEqual({ numerator: 0n, denominator: 1n });
				expect(multiply(multiply(a, b), c)).toEqual(multiply(a, multiply(b, c)));
			}),
			runs,
		);
	});
});

describe('distance', () => {
	it('gives larger less smaller, by cross multiplication, in lowest terms, in either order', () => {
		fc.assert(
			fc.property(fraction, fraction, (a, b) => {
				const [left, right] = [a.numerator * b.denominator, b.numerator * a.denominator];
				const apart = distance(a, b);
				expect(apart.numerator * a.denominator * b.denominator).toBe(
					apart.denominator * (left > right ? left - right : right - left),
				);
				expect(isLowest(apart)).toBe(true);
				expect(distance(b, a)).toEqual(apart);
			}),
			runs,
		);
	});

	it('is zero between equal fractions alone', () => {
		fc.assert(
			fc.property(fraction, fraction, (a, b) => {
				const isSame = a.numerator * b.denominator === b.numerator * a.denominator;
				expect(distance(a, b).numerator === 0n).toBe(isSame);
				expect(distance(a, a)).toEqual({ numerator: 0n, denominator: 1n });
			}),
			runs,
		);
	});
});
