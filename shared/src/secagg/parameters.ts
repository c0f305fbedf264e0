// Fixes the parameters of secure aggregation from the signed roster alone, never from who shows up.

import { err, ok, type Result } from '../result.ts';

export interface SecaggParameters {
	/** M: hospitals on the project's signed roster. */
	readonly hospitals: number;
	/** T: hospitals that may collude with the coordinator without learning more than the noised sum. */
	readonly colluders: number;
	/** t: shares that rebuild a mask. */
	readonly threshold: number;
	/** m: contributors without which nothing opens. */
	readonly minimum: number;
	/**
	 * H = m - T of the default m: hospitals whose noise shares alone give the promised noise. A raised m does not raise
	 * it: more honest shares are then certain than are needed, which adds noise, while a larger H would thin each share.
	 */
	readonly noiseHospitals: number;
}

export type ParametersFault = 'too-few-hospitals' | 'too-many-hospitals' | 'bad-colluders' | 'bad-minimum';

const most = 100;

/**
 * Units   hospitals. `colluders` null: the default max(1, floor((M-1)/3)); a project may only raise it.
 *         `minimum` absent: the default m = t; a kind of session may raise it, up to M.
 * Errors  `too-few-hospitals` M < 3; `too-many-hospitals` M > 100; `bad-colluders` not an integer, below the
 *         default, or so many that fewer than two honest contributors (or no session at all) would be left;
 *         `bad-minimum` not an integer, below the default or above M.
 * Source  2t > M+T and 2m > M+T: no session can open two sums (design of cordon-secagg/1, section 2).
 */
export function secaggParameters(
	hospitals: number,
	colluders: number | null,
	minimum?: number,
): Result<SecaggParameters, ParametersFault> {
	if (!Number.isSafeInteger(hospitals) || hospitals < 3) return err('too-few-hospitals');
	if (hospitals > most) return err('too-many-hospitals');
	const least = Math.max(1, Math.floor((hospitals - 1) / 3));
	const tolerated = colluders ?? least;
	if (!Number.isSafeInteger(tolerated) || tolerated < least) return err('bad-colluders');
	const threshold = Math.floor((hospitals + tolerated) / 2) + 1;
	const noiseHospitals = threshold - tolerated;
	if (threshold > hospitals || noiseHospitals < 2) return err('bad-colluders');
	const needed = minimum ?? threshold;
	if (!Number.isSafeInteger(needed) || needed < threshold || needed > hospitals) return err('bad-minimum');
	return ok({ hospitals, colluders: tolerated, threshold, minimum: needed, noiseHospitals });
}
