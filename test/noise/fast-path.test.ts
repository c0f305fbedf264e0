// The fast path of the noise is the exact sampler: on the same stream it gives the same integers and takes the same
// bytes, whatever the plan, at the borders where BigInt takes over too.

import { drawNoise, drawPolyaShare, type NoisePlan, type Random } from '@cordon/shared';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bernoulliExpBelowOne } from '../../shared/src/noise/bernoulli.ts';
import { sampleNegativeBinomial } from '../../shared/src/noise/polya-share.ts';
import { inBlocks } from '../../shared/src/noise/random-blocks.ts';
import { rational } from '../../shared/src/noise/rational.ts';
import { drawSmallNegativeBinomial, smallRate } from '../../shared/src/noise/small-polya.ts';
import { flipExp } from '../../shared/src/noise/word-coins.ts';
import { biasedRandom } from './biased-random.ts';

const runs = (numRuns: number) => ({ seed: 20261123, numRuns });
const safe = Number.MAX_SAFE_INTEGER;

interface Stream {
	readonly seed: string;
	readonly zeros: number;
	readonly ones: number;
}

interface Case {
	readonly numerator: number;
	readonly denominator: number;
	readonly h: number;
	readonly stream: Stream;
}

/** Integers about powers of two and about what a safe integer holds a few times: there a bound changes its words. */
const border = fc
	.tuple(
		fc.constantFrom(1, 2, 2 ** 8, 2 ** 16, 2 ** 31, 2 ** 32, 2 ** 33, 2 ** 52, safe),
		fc.integer({ min: 1, max: 6 }),
		fc.integer({ min: -3, max: 3 }),
	)
	.map(([power, divisor, step]) => Math.min(safe, Math.max(1, Math.floor(power / divisor) + step)));

const seed = fc.integer().map(String);
const fair: fc.Arbitrary<Stream> = fc.record({ seed, zeros: fc.constant(0), ones: fc.constant(0) });
const biased: fc.Arbitrary<Stream> = fc.record({
	seed,
	zeros: fc.integer({ min: 16, max: 64 }),
	ones: fc.integer({ min: 0, max: 32 }),
});

/** Rates of real plans: a share is drawn in a time that the plan's bound on noise allows. */
const usual: fc.Arbitrary<Case> = fc
	.record({
		denominator: fc.integer({ min: 1, max: 1_000_000 }),
		part: fc.double({ min: 0.002, max: 3, noNaN: true }),
		h: fc.integer({ min: 1, max: 70 }),
		stream: fc.oneof(fair, biased),
	})
	.map(({ part, ...rest }) => ({ ...rest, numerator: Math.max(1, Math.floor(rest.denominator * part)) }));

/** Any rate and h: with many words of zeros, coins that pass once in 2^53 pass. */
const extreme: fc.Arbitrary<Case> = fc.record({
	numerator: border,
	denominator: border,
	h: border,
	stream: biased,
});

function drawBoth({ numerator, denominator, h, stream }: Case): readonly (readonly unknown[])[] {
	const rate = rational(BigInt(numerator), BigInt(denominator));
	const small = smallRate(rate);
	if (small === null) throw new Error('not a rate of the fast path');
	const [slowWords, fastWords] = [0, 1].map(() =>
		inBlocks(biasedRandom(stream.seed, stream.zeros, stream.ones)),
	) as [ReturnType<typeof inBlocks>, ReturnType<typeof inBlocks>];
	const slow = [0, 1, 2].map(() => sampleNegativeBinomial(rate, BigInt(h), slowWords));
	const fast = [0, 1, 2].map(() => drawSmallNegativeBinomial(small, h, fastWords));
	// Had one of them taken a word more or less, the next would differ.
	return [
		[...slow, slowWords.word(), slowWords.word()],
		[...fast, fastWords.word(), fastWords.word()],
	];
}

function expectSame(drawn: Case): void {
	const [slow, fast] = drawBoth(drawn);
	expect(fast).toEqual(slow);
}

describe('drawSmallNegativeBinomial', () => {
	it('gives what the BigInt sampler gives, and leaves the stream where it does, for 3,000 usual rates', () => {
		fc.assert(fc.property(usual, expectSame), runs(3000));
	});

	it('does so for 1,000 rates and h at the borders of words and safe integers', () => {
		fc.assert(fc.property(extreme, expectSame), runs(1000));
	});
});

const third = 3_002_399_751_580_331;

describe('flipExp', () => {
	it('draws below 2^53 + 1, which no machine number is, when it takes a third of a part of 2^53', () => {
		// Passes at k = 1 and 2; then 2^53 is drawn: it is below 3 * third, and not below that product rounded.
		const script = [0, 0, 0, 0, 0, 2 ** 31];
		const [slow, fast] = [0, 1].map(() => inBlocks(scripted(script)));
		if (slow === undefined || fast === undefined) throw new Error('two streams');
		const faces = [
			bernoulliExpBelowOne(rational(1n, BigInt(third)), slow),
			flipExp({ numerator: 1, denominator: third }, fast),
		];
		expect(faces).toEqual([true, true]);
		expect(fast.word()).toBe(slow.word());
	});
});

function scripted(words: readonly number[]): Random {
	const rest = biasedRandom('after the script', 0, 0);
	let isFirst = true;
	return {
		bytes: (length) => {
			const bytes = rest.bytes(length);
			if (isFirst) bytes.set(new Uint8Array(Uint32Array.from(words).buffer));
			isFirst = false;
			return bytes;
		},
	};
}

/** Counts what is fetched, so that two ways to draw can be compared to the byte. */
function counted(random: Random): { readonly random: Random; readonly total: () => number } {
	let total = 0;
	const bytes = (length: number): Uint8Array => {
		total += length;
		return random.bytes(length);
	};
	return { random: { bytes }, total: () => total };
}

const cells = 20;

function expectSameVector(plan: NoisePlan, stream: Stream): void {
	const sources = [0, 1].map(() => counted(biasedRandom(stream.seed, stream.zeros, stream.ones)));
	const [slow, fast] = sources as [ReturnType<typeof counted>, ReturnType<typeof counted>];
	const blocks = inBlocks(slow.random);
	const shares = Array.from({ length: cells }, () => drawPolyaShare(plan, blocks));
	expect(drawNoise(cells, plan, fast.random)).toEqual(shares);
	expect(fast.total()).toBe(slow.total());
}

describe('drawNoise', () => {
	it('equals drawPolyaShare cell by cell for 150 plans', () => {
		const plans = fc.record({
			epsilonMicros: fc.integer({ min: 20_000, max: 5_000_000 }),
			l1Sensitivity: fc.integer({ min: 1, max: 10 }),
			hospitals: fc.integer({ min: 1, max: 70 }),
		});
		fc.assert(fc.property(plans, fair, expectSameVector), runs(150));
	});

	it('does so where the rate in lowest terms has a denominator above 2^53 that no machine number is', () => {
		const plan = { epsilonMicros: 64, l1Sensitivity: 576_460_752_305, hospitals: 1 };
		fc.assert(
			fc.property(fair, (stream) => expectSameVector(plan, stream)),
			runs(20),
		);
	});

	it.each([
		['one word holds the denominator', 4294, 1],
		['it takes two', 4295, 1],
		['it is the largest safe one', 9_007_199_254, 1],
		['it is not safe, and all is BigInt', 9_007_199_255, 1],
		['it is safe in lowest terms alone', 9_007_199_255, 2],
		['twice it is not safe', 4_503_599_628, 1],
	])('does so where %s', (_what, l1Sensitivity, step) => {
		const whole = 1_000_000 * l1Sensitivity;
		const epsilonMicros = Math.floor(whole / 8) * 2 + step;
		const streams = fc.tuple(fc.integer({ min: 1, max: 67 }), fair);
		fc.assert(
			fc.property(streams, ([hospitals, stream]) => {
				expectSameVector({ epsilonMicros, l1Sensitivity, hospitals }, stream);
			}),
			runs(30),
		);
	});
});
