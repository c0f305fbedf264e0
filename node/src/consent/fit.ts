// Three-valued match of a consent rule with a use, for rules whose limits the node cannot always judge.

/** `maybe`: the rule names a limit that the use neither clearly meets nor clearly misses. */
export type Fit = 'yes' | 'maybe' | 'no';

export function fitsIf(condition: boolean): Fit {
	return condition ? 'yes' : 'no';
}

/** Every dimension has to fit; the worst decides. */
export function allOf(fits: readonly Fit[]): Fit {
	if (fits.includes('no')) return 'no';
	return fits.includes('maybe') ? 'maybe' : 'yes';
}

/** Several names were given to one thing, and which of them was meant is not told: only if they agree it is sure. */
export function sameOf(fits: readonly Fit[]): Fit {
	const [first = 'maybe'] = fits;
	return fits.every((fit) => fit === first) ? first : 'maybe';
}

/** One of several alternatives has to fit; the best decides. */
export function anyOf(fits: readonly Fit[]): Fit {
	if (fits.includes('yes')) return 'yes';
	return fits.includes('maybe') ? 'maybe' : 'no';
}
