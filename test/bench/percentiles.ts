// Sums up repeated measurements of one thing.

export interface Summary {
	readonly p50: number;
	readonly p95: number;
	/** How often it was measured. */
	readonly n: number;
	// So that a summary can stand among figures.
	readonly [name: string]: number;
}

/**
 * Nearest rank: a percentile is one of the values measured, never something between two of them.
 * Units   those of the values, rounded to hundredths.
 * Errors  throws where nothing was measured.
 */
export function summarize(values: readonly number[]): Summary {
	return { p50: percentile(values, 50), p95: percentile(values, 95), n: values.length };
}

export function percentile(values: readonly number[], percent: number): number {
	const sorted = values.toSorted((left, right) => left - right);
	const value = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
	if (value === undefined) throw new RangeError('nothing was measured');
	return Math.round(value * 100) / 100;
}
