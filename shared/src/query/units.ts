// Converts a number between the few UCUM units that questions and sources really use, or refuses to.

/**
 * Size of each unit as a fraction of its quantity's smallest: kept as whole numbers over a denominator, so that a
 * conversion rounds once. Month and year are UCUM's means: 30.4375 and 365.25 days.
 */
const quantities: readonly ReadonlyMap<string, readonly [number, number]>[] = [
	new Map([
		['mm3', [1, 1]],
		['uL', [1, 1]],
		['ul', [1, 1]],
		['mL', [1_000, 1]],
		['ml', [1_000, 1]],
		['cm3', [1_000, 1]],
		['dL', [100_000, 1]],
		['L', [1_000_000, 1]],
		['l', [1_000_000, 1]],
	]),
	new Map([
		['um', [1, 1]],
		['mm', [1_000, 1]],
		['cm', [10_000, 1]],
		['m', [1_000_000, 1]],
	]),
	new Map([
		['mm2', [1, 1]],
		['cm2', [100, 1]],
	]),
	new Map([
		['h', [1, 24]],
		['d', [1, 1]],
		['wk', [7, 1]],
		['mo', [487, 16]],
		['a', [1_461, 4]],
	]),
	new Map([
		['mg', [1, 1]],
		['g', [1_000, 1]],
		['kg', [1_000_000, 1]],
	]),
	new Map([
		['%', [1, 1]],
		['1', [100, 1]],
	]),
];

/** Decimal digits that a conversion keeps: fewer than a double has, so that 0.07 is 7 % and not 7.000000000000001. */
const digits = 12;

/**
 * The one conversion of the network: a limit of a question and a value of a source that mean the same come out equal.
 *
 * Shape   the number as it is where both units are of one size; else rounded to 12 digits.
 * Units   UCUM codes, case-sensitive.
 * Errors  null where the two do not measure the same thing or a unit is not in the table.
 * Source  UCUM 2.2, tables 5 to 7; a month is `mo_j`, a year `a_j`.
 */
export function convertUnit(value: number, from: string, to: string): number | null {
	if (from === to) return value;
	for (const units of quantities) {
		const source = units.get(from);
		const target = units.get(to);
		if (source === undefined || target === undefined) continue;
		const [times, over] = [source[0] * target[1], source[1] * target[0]];
		return times === over ? value : Number(((value * times) / over).toPrecision(digits));
	}
	return null;
}

/** Whether the unit is in the table. */
export function isKnownUnit(unit: string): boolean {
	return quantities.some((quantity) => quantity.has(unit));
}

/** The unit itself and all that convert to it. */
export function unitsLike(unit: string): readonly string[] {
	const units = quantities.find((quantity) => quantity.has(unit));
	return units === undefined ? [unit] : [...units.keys()];
}
