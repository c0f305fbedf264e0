// Brings a measured number into the dictionary's unit; what it cannot convert exactly it does not guess.

/** UCUM code -> [dimension, factor to that dimension's base]; months and years are UCUM's mean Julian ones. */
const units: Readonly<Record<string, readonly [dimension: string, factor: number]>> = {
	mm3: ['volume', 1e-3],
	cm3: ['volume', 1],
	mL: ['volume', 1],
	ml: ['volume', 1],
	dL: ['volume', 100],
	L: ['volume', 1000],
	l: ['volume', 1000],
	um: ['length', 1e-3],
	mm: ['length', 1],
	cm: ['length', 10],
	m: ['length', 1000],
	mm2: ['area', 1],
	cm2: ['area', 100],
	h: ['time', 1 / 24],
	d: ['time', 1],
	wk: ['time', 7],
	mo: ['time', 30.4375],
	a: ['time', 365.25],
	'%': ['ratio', 0.01],
	'1': ['ratio', 1],
	'{ratio}': ['ratio', 1],
	mg: ['mass', 1e-3],
	g: ['mass', 1],
	kg: ['mass', 1000],
};

/** DICOM writes `no units` and UCUM the default unit as `1`; both mean a plain number. */
function canonical(unit: string): string {
	const code = unit.trim();
	return code === '' || code === '{no units}' || code === '[no_units]' ? '1' : code;
}

/**
 * Units   UCUM codes, case-sensitive; a year is 365.25 days and a month 30.4375 (UCUM `a_j`, `mo_j`).
 * Errors  null where the two units are of different kinds or one is not in the table.
 * Source  UCUM 2.2, tables 5 to 7; rounding to 12 digits removes binary dust from decimal factors.
 */
export function convertUnit(value: number, from: string, to: string): number | null {
	const source = canonical(from);
	const target = canonical(to);
	if (source === target) return value;
	const [sourceUnit, targetUnit] = [units[source], units[target]];
	if (sourceUnit === undefined || targetUnit === undefined || sourceUnit[0] !== targetUnit[0]) return null;
	return Number(((value * sourceUnit[1]) / targetUnit[1]).toPrecision(12));
}

export function isKnownUnit(unit: string): boolean {
	return Object.hasOwn(units, canonical(unit));
}
