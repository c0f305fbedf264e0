// Turns true counts into counts that may be masked and sent: by noise, or by admission to an exact release.

import { addNoise, admitAtLeast, admitExact, type Plan, type RawCount, type SafeCount } from '@cordon/shared';

/** Noise for each cell, drawn before the data were read; null where the mechanism is exact. */
export type NoiseVector = readonly bigint[] | null;

/**
 * For secure aggregation: no node thresholds, since ten hospitals of ten patients would otherwise sum to nothing;
 * k is applied to the sum, at release.
 *
 * Shape   one safe count a raw count, order kept.
 * Errors  throws where noise and counts differ in length or a noised plan has no noise: a bug, and nothing leaves.
 */
export function discloseForSum(
	plan: Plan,
	raw: readonly RawCount[],
	noise: NoiseVector,
): readonly SafeCount[] {
	if (plan.mechanism === 'exact') return raw.map(admitExact);
	return addNoiseTo(raw, noise);
}

/** For plain aggregation: the hospital's own numbers are seen, so an exact count under k becomes null here. */
export function disclosePlain(
	plan: Plan,
	raw: readonly RawCount[],
	release: { readonly noise: NoiseVector; readonly k: number },
): readonly (SafeCount | null)[] {
	if (plan.mechanism === 'exact') return raw.map((count) => admitAtLeast(count, release.k));
	return addNoiseTo(raw, release.noise);
}

/** As if every cell were under k: what the coordinator sees says neither that it is so nor why. */
export function hideAll(raw: readonly RawCount[]): readonly null[] {
	return raw.map(() => null);
}

function addNoiseTo(raw: readonly RawCount[], noise: NoiseVector): readonly SafeCount[] {
	return raw.map((count, cell) => {
		const value = noise?.[cell];
		if (value === undefined || noise?.length !== raw.length)
			throw new Error('a noised plan needs one noise value a cell');
		return addNoise(count, value);
	});
}
