import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastUndominatedSum } from '../../shared/src/exact/least-undominated-sum.ts';

/** The rules themselves, over contributions that somebody knows, in exact integers. */
function isDominated(contributions: readonly number[]): boolean {
	const [largest = 0, second = 0] = contributions.toSorted((a, b) => b - a);
	const total = contributions.reduce((sum, one) => sum + one, 0);
	return 10 * (largest + second) > 9 * total;
}

function isRevealing(contributions: readonly number[]): boolean {
	const [largest = 0, second = 0] = contributions.toSorted((a, b) => b - a);
	const total = contributions.reduce((sum, one) => sum + one, 0);
	return 10 * (total - largest - second) < largest;
}

describe('leastUndominatedSum', () => {
	it.each([
		[1, 3],
		[2, 5],
		[9, 20],
		[10, 23],
		[1000, 2223],
	])('of a bound of %i is %i', (bound, least) => {
		expect(leastUndominatedSum(bound)).toBe(least);
	});

	it('keeps both rules, whatever was contributed within the bound', () => {
		const contributions = fc.integer({ min: 1, max: 50 }).chain((bound) =>
			fc.record({
				bound: fc.constant(bound),
				of: fc.array(fc.integer({ min: 0, max: bound }), { minLength: 1, maxLength: 12 }),
			}),
		);
		let kept = 0;
		fc.assert(
			fc.property(contributions, ({ bound, of }) => {
				if (of.reduce((sum, one) => sum + one, 0) < leastUndominatedSum(bound)) return;
				kept += 1;
				expect(isDominated(of)).toBe(false);
				expect(isRevealing(of)).toBe(false);
			}),
			{ seed: 1, numRuns: 2_000 },
		);
		expect(kept).toBeGreaterThan(1_000);
	});

	it('could be no smaller: a total of one less may be dominated', () => {
		for (let bound = 1; bound <= 50; bound += 1) {
			const total = leastUndominatedSum(bound) - 1;
			expect(isDominated([bound, bound, total - 2 * bound])).toBe(true);
		}
	});

	it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('takes no bound of %s', (bound) => {
		expect(() => leastUndominatedSum(bound)).toThrow('whole number');
	});
});
