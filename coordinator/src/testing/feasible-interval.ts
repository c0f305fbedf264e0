// For tests: what a reader who knows some sums can still not tell, by trying every table of non-negative integers.

/** As the program's own facts, and declared here, so that the two share nothing. */
interface KnownSum {
	readonly plus: readonly number[];
	readonly minus: readonly number[];
}

export type Interval = readonly [least: number, most: number];

/** One interval a cell, null for a shown one. Every hidden cell must be in some sum without a `minus`. */
export function feasibleIntervals(
	counts: readonly number[],
	hidden: readonly boolean[],
	sums: readonly KnownSum[],
): readonly (Interval | null)[] {
	const open = [...counts.keys()].filter((at) => hidden[at] === true);
	const found = new Map<number, Interval>();
	const signs = sums.map(({ plus, minus }) => {
		const signed = [...plus.map((at) => [at, 1] as const), ...minus.map((at) => [at, -1] as const)];
		return new Map(signed.filter(([at]) => hidden[at] === true));
	});
	// What the hidden cells of each sum must come to.
	const left = signs.map((sign) => [...sign].reduce((sum, [at, one]) => sum + one * (counts[at] ?? 0), 0));
	const chosen: number[] = [];
	const place = (): void => {
		const at = open[chosen.length];
		if (at === undefined) {
			for (const [depth, value] of chosen.entries()) widen(found, open[depth] ?? -1, value);
			return;
		}
		const through = [...signs.keys()].filter((sum) => signs[sum]?.has(at));
		const bounds = through.filter((sum) => sums[sum]?.minus.length === 0).map((sum) => left[sum] ?? 0);
		if (bounds.length === 0) throw new Error('a hidden cell without a bound');
		for (let value = 0; value <= Math.min(...bounds); value += 1) {
			chosen.push(value);
			for (const sum of through) left[sum] = (left[sum] ?? 0) - value * (signs[sum]?.get(at) ?? 0);
			// A sum whose last hidden cell has been placed must come out: this is what keeps the search short.
			const rest = open.slice(chosen.length);
			if (through.every((sum) => left[sum] === 0 || rest.some((cell) => signs[sum]?.has(cell)))) place();
			for (const sum of through) left[sum] = (left[sum] ?? 0) + value * (signs[sum]?.get(at) ?? 0);
			chosen.pop();
		}
	};
	place();
	return counts.map((_, at) => found.get(at) ?? null);
}

/** The least width (largest minus smallest feasible value) among the hidden cells. */
export function narrowestInterval(
	counts: readonly number[],
	hidden: readonly boolean[],
	sums: readonly KnownSum[],
): number {
	const intervals = feasibleIntervals(counts, hidden, sums).filter((interval) => interval !== null);
	return Math.min(...intervals.map(([least, most]) => most - least));
}

function widen(found: Map<number, Interval>, at: number, value: number): void {
	const [least, most] = found.get(at) ?? [value, value];
	found.set(at, [Math.min(least, value), Math.max(most, value)]);
}
