// Splits a mask secret among the members and rebuilds it: Shamir's scheme over GF(2^8), a polynomial a byte.
// Own code, because the coefficients must come from the caller's random source (one tape, one transcript), and because
// a sum over a hundred hospitals rebuilds hundreds of secrets. A share has the form of the npm package
// `shamir-secret-sharing`, against which the tests compare both ways.

import type { Random } from '../clock-and-random.ts';
import { err, ok, type Result } from '../result.ts';

/** Coordinates are bytes, and zero is where the secret lies. */
const mostShares = 255;

/**
 * Share i: the values at coordinate i + 1, a byte for each of the secret's, then the coordinate.
 *
 * Errors  throws unless 2 <= threshold <= shares <= 255.
 * Source  Shamir, "How to share a secret", 1979.
 */
export function splitSecret(
	secret: Uint8Array,
	{ shares, threshold }: { readonly shares: number; readonly threshold: number },
	random: Random,
): readonly Uint8Array[] {
	if (!(threshold >= 2 && threshold <= shares && shares <= mostShares)) {
		throw new Error('a secret is split for 2 <= threshold <= shares <= 255');
	}
	// Highest first; the last ones are the secret itself.
	const coefficients = Array.from({ length: threshold - 1 }, () => drawn(secret.length, random));
	return Array.from({ length: shares }, (_, index) => {
		const coordinate = index + 1;
		const share = new Uint8Array(secret.length + 1);
		for (const coefficient of [...coefficients, secret]) {
			for (let at = 0; at < secret.length; at += 1) {
				share[at] = multiply(share[at] ?? 0, coordinate) ^ (coefficient[at] ?? 0);
			}
		}
		share[secret.length] = coordinate;
		return share;
	});
}

/**
 * Rebuilds from exactly the given shares. Whether it is the right secret only its commitment tells.
 *
 * Errors  `bad-share` a coordinate twice or zero, or shares of different lengths.
 */
export function combineShares(shares: readonly Uint8Array[]): Result<Uint8Array, 'bad-share'> {
	const length = (shares[0]?.length ?? 1) - 1;
	const coordinates = shares.map((share) => share.at(-1) ?? 0);
	const isWhole = length >= 1 && shares.every((share) => share.length === length + 1);
	if (!isWhole || coordinates.includes(0) || new Set(coordinates).size !== shares.length) {
		return err('bad-share');
	}
	const secret = new Uint8Array(length);
	const weights = weightsAtZero(coordinates);
	for (const [index, share] of shares.entries()) {
		const weight = weights[index] ?? 0;
		for (let at = 0; at < length; at += 1) {
			secret[at] = (secret[at] ?? 0) ^ multiply(share[at] ?? 0, weight);
		}
	}
	return ok(secret);
}

/** A coefficient cut short would be zero where it is missing, and the share would show the secret there. */
function drawn(length: number, random: Random): Uint8Array {
	const bytes = random.bytes(length);
	if (bytes.length !== length) throw new Error('the random source ran short');
	return bytes;
}

interface Weights {
	readonly coordinates: string;
	readonly weights: readonly number[];
}

/** Of the coordinates asked for last: one sum rebuilds a hundred secrets at the same ones, which are public. */
let latest: Weights | null = null;

function weightsAtZero(coordinates: readonly number[]): readonly number[] {
	const name = coordinates.join();
	if (latest?.coordinates === name) return latest.weights;
	const weights = coordinates.map((_, index) => weightAtZero(coordinates, index));
	latest = { coordinates: name, weights };
	return weights;
}

/** Lagrange's basis at zero: the product over all others of x_j / (x_j - x_i). */
function weightAtZero(coordinates: readonly number[], index: number): number {
	const own = coordinates[index] ?? 0;
	let numerator = 1;
	let denominator = 1;
	for (const [other, coordinate] of coordinates.entries()) {
		if (other === index) continue;
		numerator = multiply(numerator, coordinate);
		denominator = multiply(denominator, coordinate ^ own);
	}
	return multiply(numerator, inverse(denominator));
}

/**
 * Modulo x^8 + x^4 + x^3 + x + 1, without a branch or a table that depends on the numbers; the engine promises no
 * more. Not `-bit`: of zero that is -0, which is no integer to it and takes another path.
 */
function multiply(a: number, b: number): number {
	let product = 0;
	let factor = a;
	for (let bit = 0; bit < 8; bit += 1) {
		product ^= (0 - ((b >> bit) & 1)) & factor;
		factor = (factor << 1) ^ ((0 - (factor >> 7)) & 0x11b);
	}
	return product;
}

/** a^254, which is 1/a: the field has 255 elements beside zero. */
function inverse(a: number): number {
	let power = a;
	let result = 1;
	for (let bit = 1; bit < 8; bit += 1) {
		power = multiply(power, power);
		result = multiply(result, power);
	}
	return result;
}
