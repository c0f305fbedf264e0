// Exact discrete Gaussian sampler over rationals, for high-dimensional releases.
// Source: Canonne, Kamath, Steinke 2020, algorithm 3.

import type { Random } from '../clock-and-random.ts';
import { bernoulliExp } from './bernoulli.ts';
import { sampleDiscreteLaplace } from './discrete-laplace.ts';
import { distance, multiply, type Rational, rational } from './rational.ts';

/** z with probability proportional to exp(-z^2 / (2 sigma^2)); sigma 0 gives 0. Sigma in units of the released cell. */
export function sampleDiscreteGaussian(sigma: Rational, random: Random): bigint {
	if (sigma.numerator === 0n) return 0n;
	const variance = multiply(sigma, sigma);
	const scale = rational(sigma.numerator / sigma.denominator + 1n, 1n);
	const centre = rational(variance.numerator, variance.denominator * scale.numerator);
	const halfPrecision = rational(variance.denominator, variance.numerator * 2n);
	for (;;) {
		const proposal = sampleDiscreteLaplace(scale, random);
		const magnitude = rational(proposal < 0n ? -proposal : proposal, 1n);
		const offset = distance(magnitude, centre);
		if (bernoulliExp(multiply(multiply(offset, offset), halfPrecision), random)) return proposal;
	}
}
