// The three values of truth and how they combine, for everything that is asked of a patient.

/** True, false, or null: unknown. Kleene's strong logic. */
export type Truth = boolean | null;

/** False if one is false, else unknown if one is unknown; true over nothing. */
export function allOf(truths: readonly Truth[]): Truth {
	if (truths.includes(false)) return false;
	return truths.includes(null) ? null : true;
}

/** True if one is true, else unknown if one is unknown; false over nothing. */
export function anyOf(truths: readonly Truth[]): Truth {
	if (truths.includes(true)) return true;
	return truths.includes(null) ? null : false;
}

export function notOf(truth: Truth): Truth {
	return truth === null ? null : !truth;
}
