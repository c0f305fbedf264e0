// What the tests of fit would not let pass: samplers with one fault each, held against the pmf of the right one by the
// same test, at the same alpha and with no more draws. A mutant that fits would say that the tests have no teeth.

import type { Random } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { bernoulli, bernoulliExp, bernoulliExpBelowOne } from '../../shared/src/noise/bernoulli.ts';
import { sampleDiscreteLaplace, sampleGeometric } from '../../shared/src/noise/discrete-laplace.ts';
import { fits } from '../../shared/src/noise/goodness-of-fit.ts';
import { inBlocks } from '../../shared/src/noise/random-blocks.ts';
import { type Rational, rational } from '../../shared/src/noise/rational.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { uniformBelow } from '../../shared/src/noise/uniform-below.ts';
import {
	coinPmf,
	gaussianPmf,
	geometricPmf,
	laplacePmf,
	negativeBinomialPmf,
	type Pmf,
} from './exact-pmfs.ts';

type Sampler = (random: Random) => bigint;

function fitsOf(count: number, sample: Sampler, pmf: Pmf, reach: number): boolean {
	const random = inBlocks(seededRandom('mutant'));
	return fits(
		Array.from({ length: count }, () => sample(random)),
		pmf,
		reach,
	);
}

const asBit = (passed: boolean): bigint => (passed ? 1n : 0n);
const one = rational(1n, 1n);
const half = rational(1n, 2n);
const third = rational(1n, 3n);

describe('the fit of Bernoulli(exp(-2/3)) rejects', () => {
	const x = rational(2n, 3n);
	const reject = (sample: Sampler) =>
		expect(fitsOf(20_000, sample, coinPmf(Math.exp(-2 / 3)), 3)).toBe(false);

	it('a coin of x where it is x/k', () => {
		reject((random) => {
			for (let k = 1n; ; k += 1n) if (!bernoulli(x, random)) return k % 2n;
		});
	});

	it('even where it is odd', () => {
		reject((random) => asBit(!bernoulliExp(x, random)));
	});

	it('the series broken off after its third term', () => {
		reject((random) => {
			for (let k = 1n; k < 3n; k += 1n) {
				if (!bernoulli(rational(x.numerator, x.denominator * k), random)) return k % 2n;
			}
			return 0n;
		});
	});

	it('an integer drawn by remainder where it is by rejection', () => {
		const biased = (p: Rational, random: Random): boolean =>
			uniformBelow(4n, random) % p.denominator < p.numerator;
		const fair: Sampler = (random) => asBit(bernoulli(x, random));
		expect(fitsOf(20_000, fair, coinPmf(2 / 3), 3)).toBe(true);
		expect(fitsOf(20_000, (random) => asBit(biased(x, random)), coinPmf(2 / 3), 3)).toBe(false);
	});
});

describe('the fit of the geometric distribution at rate 3/4 rejects', () => {
	const rate = rational(3n, 4n);
	const reject = (sample: Sampler) => expect(fitsOf(20_000, sample, geometricPmf(0.75), 60)).toBe(false);
	const fractionOf = (random: Random): bigint => {
		for (;;) {
			const fraction = uniformBelow(4n, random);
			if (bernoulliExpBelowOne(rational(fraction, 4n), random)) return fraction;
		}
	};
	const wholeOf = (random: Random): bigint => {
		let whole = 0n;
		while (bernoulliExpBelowOne(one, random)) whole += 1n;
		return whole;
	};

	it('counting from 1', () => {
		reject((random) => 1n + sampleGeometric(rate, random));
	});

	it('never giving 0', () => {
		reject((random) => {
			const n = sampleGeometric(rate, random);
			return n === 0n ? 1n : n;
		});
	});

	it('a quotient rounded up', () => {
		reject((random) => (fractionOf(random) + 4n * wholeOf(random) + 2n) / 3n);
	});

	it('a fraction taken as it comes, without its coin', () => {
		reject((random) => (uniformBelow(4n, random) + 4n * wholeOf(random)) / 3n);
	});

	it('a fraction drawn below one more than there are', () => {
		reject((random) => {
			let fraction = uniformBelow(5n, random);
			while (!bernoulliExpBelowOne(rational(fraction, 4n), random)) fraction = uniformBelow(5n, random);
			return (fraction + 4n * wholeOf(random)) / 3n;
		});
	});

	it('no wholes at all', () => {
		reject((random) => fractionOf(random) / 3n);
	});
});

describe('the fit of the discrete Laplace at scale 3 rejects', () => {
	const scale = rational(3n, 1n);
	const reject = (sample: Sampler) => expect(fitsOf(20_000, sample, laplacePmf(1 / 3), 120)).toBe(false);

	it('zero drawn twice, once with each sign', () => {
		reject((random) => {
			const negative = bernoulli(half, random);
			const magnitude = sampleGeometric(third, random);
			return negative ? -magnitude : magnitude;
		});
	});

	it('no sign', () => {
		reject((random) => {
			const z = sampleDiscreteLaplace(scale, random);
			return z < 0n ? -z : z;
		});
	});

	it('noise halved', () => {
		reject((random) => sampleDiscreteLaplace(scale, random) / 2n);
	});

	it('a scale 10 % too small', () => {
		reject((random) => sampleDiscreteLaplace(rational(27n, 10n), random));
	});

	it('large values cut off', () => {
		reject((random) => {
			const z = sampleDiscreteLaplace(scale, random);
			return z > 9n ? 9n : z;
		});
	});
});

describe('the fit of the discrete Gaussian at sigma 7/3 rejects', () => {
	/** scale 3; offsets from `centre`, over `twice` the variance of 49/9 in ninths. */
	const mutant =
		(centre: number, twice: bigint): Sampler =>
		(random) => {
			for (;;) {
				const z = sampleDiscreteLaplace(rational(3n, 1n), random);
				const ninths = BigInt(Math.round((Math.abs(Number(z)) - centre) ** 2 * 729));
				if (bernoulliExp(rational(ninths * 9n, 729n * twice * 49n), random)) return z;
			}
		};
	const fit = (sample: Sampler): boolean => fitsOf(8_000, sample, gaussianPmf(7 / 3), 28);

	it('not the right one, written so', () => {
		expect(fit(mutant(49 / 27, 2n))).toBe(true);
	});

	it('a centre of 0', () => {
		expect(fit(mutant(0, 2n))).toBe(false);
	});

	it('the variance where it is twice the variance', () => {
		expect(fit(mutant(49 / 27, 1n))).toBe(false);
	});

	it('its proposal accepted as it comes', () => {
		expect(fit((random) => sampleDiscreteLaplace(rational(3n, 1n), random))).toBe(false);
	});
});

describe('the fit of NB(1/3) at rate 1/4 rejects', () => {
	const rate = rational(1n, 4n);
	const pmf = negativeBinomialPmf(0.25, 1 / 3, 300);
	/** A geometric kept when `coin` passes for each j from `first` to it. */
	const kept =
		(coin: (j: bigint) => Rational, first = 1n): Sampler =>
		(random) => {
			for (;;) {
				const n = sampleGeometric(rate, random);
				let j = first;
				while (j <= n && bernoulli(coin(j), random)) j += 1n;
				if (j > n) return n;
			}
		};
	const fit = (sample: Sampler): boolean => fitsOf(15_000, sample, pmf, 300);

	it('not the right one, written without its shortcut', () => {
		expect(fit(kept((j) => rational((j - 1n) * 3n + 1n, j * 3n)))).toBe(true);
	});

	it.each<[string, (j: bigint) => Rational]>([
		['1/(jh)', (j) => rational(1n, j * 3n)],
		['1/h', () => third],
		['((j-1)h + 2) / (jh), which is NB(2/h)', (j) => rational((j - 1n) * 3n + 2n, j * 3n)],
		['(jh - 1) / (jh + 1)', (j) => rational(j * 3n - 1n, j * 3n + 1n)],
		['1, so that a whole geometric is drawn', () => one],
	])('a coin of %s', (_what, coin) => {
		expect(fit(kept(coin))).toBe(false);
	});

	it('the test of j = 1 left out', () => {
		expect(fit(kept((j) => rational((j - 1n) * 3n + 1n, j * 3n), 2n))).toBe(false);
	});

	it('the 1 forgotten after the shortcut', () => {
		expect(
			fit((random) => {
				for (;;) {
					if (!bernoulliExp(rate, random)) return 0n;
					if (!bernoulli(third, random)) continue;
					const n = sampleGeometric(rate, random);
					let j = 2n;
					while (j <= n && bernoulli(rational((j - 1n) * 3n + 1n, j * 3n), random)) j += 1n;
					if (j > n) return n;
				}
			}),
		).toBe(false);
	});

	it('a restart in place of the answer where a test fails', () => {
		expect(
			fit((random) => {
				const n = sampleGeometric(rate, random);
				for (let j = 1n; j <= n; j += 1n) {
					if (!bernoulli(rational((j - 1n) * 3n + 1n, j * 3n), random)) return j - 1n;
				}
				return n;
			}),
		).toBe(false);
	});
});
