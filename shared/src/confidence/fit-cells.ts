// Makes noised cells into a table that could be one: no cell below zero, and the total that was measured.

/**
 * The integers nearest to the noised cells, by the sum of squared differences, among all that are at least 0 and add up
 * to their total (0 where that is negative). Post-processing of noised numbers: it costs no privacy.
 *
 * What is cut off below zero is taken from the cells above, in equal parts: to set negative cells to 0 alone would
 * lift the total, of a thousand empty cells by hundreds of patients.
 *
 * Shape   one value a cell, order kept. Where equal parts are not whole, the larger cells get the larger part, of
 *         equal ones the earlier.
 * Units   patients.
 * Errors  throws unless all are integers whose sum is exact.
 * Source  projection onto the simplex; the smallest cell that stays above 0 is found in descending order.
 */
export function fitCells(raw: readonly number[]): readonly number[] {
	const total = raw.reduce((sum, value) => sum + value, 0);
	const size = raw.reduce((sum, value) => sum + Math.abs(value), 0);
	if (!raw.every(Number.isSafeInteger) || !Number.isSafeInteger(size)) {
		throw new Error('noised cells are integers whose sum is exact');
	}
	const fitted = raw.map(() => 0);
	if (total <= 0) return fitted;
	const descending = [...raw.entries()].sort(([a, one], [b, other]) => other - one || a - b);
	const { kept, over } = keptCells(
		descending.map(([, value]) => value),
		total,
	);
	const least = Math.floor(over / kept);
	const reduceMore = over - least * kept;
	for (const [rank, [at, value]] of descending.slice(0, kept).entries()) {
		fitted[at] = value - least - (rank >= kept - reduceMore ? 1 : 0);
	}
	return fitted;
}

/** How many of the largest cells stay above 0, and by how much they together are over the total. */
function keptCells(
	descending: readonly number[],
	total: number,
): { readonly kept: number; readonly over: number } {
	let kept = 0;
	let over = -total;
	for (const value of descending) {
		const overWithIt = over + value;
		// Its own part of the reduction would take it to 0 or below.
		if (value * (kept + 1) <= overWithIt) break;
		kept += 1;
		over = overWithIt;
	}
	return { kept, over };
}
