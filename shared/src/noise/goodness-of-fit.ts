// Chi-square test of drawn integers against a probability mass function, for the tests of the noise samplers.

/** true where the draws fit the pmf at alpha = 1e-6; neighbouring values are pooled until each bin expects 20. */
export function fits(draws: readonly bigint[], pmf: (value: number) => number, reach: number): boolean {
	const observed = new Map<number, number>();
	for (const draw of draws) observed.set(Number(draw), (observed.get(Number(draw)) ?? 0) + 1);
	let statistic = 0;
	let bins = 0;
	let bin = { seen: 0, expected: 0 };
	let seenInside = 0;
	let expectedInside = 0;
	for (let value = -reach; value <= reach; value += 1) {
		bin = {
			seen: bin.seen + (observed.get(value) ?? 0),
			expected: bin.expected + pmf(value) * draws.length,
		};
		if (bin.expected < 20) continue;
		statistic += (bin.seen - bin.expected) ** 2 / bin.expected;
		bins += 1;
		seenInside += bin.seen;
		expectedInside += bin.expected;
		bin = { seen: 0, expected: 0 };
	}
	// Whatever lies right of the last full bin, out to infinity, is one bin more (at least one expected draw).
	const restSeen = draws.length - seenInside;
	const restExpected = Math.max(draws.length - expectedInside, 1);
	statistic += (restSeen - restExpected) ** 2 / restExpected;
	return statistic <= criticalValue(bins);
}

/** Wilson-Hilferty, at the normal quantile of 1 - 1e-6. */
function criticalValue(degrees: number): number {
	const spread = 2 / (9 * degrees);
	return degrees * (1 - spread + 4.753424 * Math.sqrt(spread)) ** 3;
}
