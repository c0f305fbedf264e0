// The parameters of a session of secure aggregation, as coordinator and hospitals each derive them from what is signed.

import type { NetworkPolicy } from '../manifest/manifest.ts';
import type { Mechanism } from '../query/query.ts';
import type { Result } from '../result.ts';
import { type ParametersFault, type SecaggParameters, secaggParameters } from './parameters.ts';

/**
 * An exact session opens over the whole roster or not at all: the same question asked with a hospital and without it
 * would else be that hospital's true count (design/PRIVACY.md section 1, one contributor set a data set and epoch).
 * Each hospital holds to m by itself, so that no coordinator can leave one out.
 *
 * Units   `hospitals`: M, those on the project's signed roster.
 * Errors  those of `secaggParameters`.
 */
export function sessionParameters(
	hospitals: number,
	policy: Pick<NetworkPolicy, 'colluders'>,
	mechanism: Mechanism,
): Result<SecaggParameters, ParametersFault> {
	const { colluders } = policy;
	return mechanism === 'exact'
		? secaggParameters(hospitals, colluders, hospitals)
		: secaggParameters(hospitals, colluders);
}
