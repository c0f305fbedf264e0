// Which coarse code a researcher is told where no answer was possible.

import type { Mechanism, PublicCode } from '@cordon/shared';
import type { SessionRecord } from '../session.ts';

export interface Failure {
	readonly status: 'withheld' | 'refused';
	readonly code: PublicCode;
}

export interface FailureNeeds {
	readonly minimum: number;
	/** Of an exact session every hospital is needed, and every one's reason. */
	readonly mechanism: Mechanism;
}

/**
 * Shape   `refused` with the hospitals' own code where every one that refused gave the same and none was absent, so
 *         that the researcher learns what to change; else `withheld`: `too-few-hospitals` where fewer than `minimum`
 *         took part, `unavailable` where enough did and the session broke off. A hospital that is still waited for
 *         when refusals have made a session impossible counts neither way. One refusal makes an exact session
 *         impossible, and is not everybody's: there all must have given the code.
 */
export function explainFailure(record: SessionRecord, { minimum, mechanism }: FailureNeeds): Failure {
	const standings = record.roster.flatMap((hospital) => record.participation[hospital] ?? []);
	const refusals = standings.flatMap((standing) => (standing.state === 'refused' ? [standing.code] : []));
	const left = standings.length - refusals.length;
	const answering = standings.filter(({ state }) => state === 'answering').length;
	const isAbsent = standings.some(({ state }) => state === 'absent');
	const [first] = refusals;
	const isRefused = mechanism === 'exact' ? left === 0 : left < minimum && !isAbsent;
	if (isRefused && first !== undefined && refusals.every((code) => code === first)) {
		return { status: 'refused', code: first };
	}
	return { status: 'withheld', code: answering < minimum ? 'too-few-hospitals' : 'unavailable' };
}
