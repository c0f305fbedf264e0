// How a session ends for the researcher: released, withheld or refused, as the body of the answer.

import { canonicalJson, type NetworkPolicy, type Plan, type PublicCode, type Wire } from '@cordon/shared';
import type { Ending, MergedAnswer, QueryRecord, SessionRecord } from '../session.ts';
import { failedBody, releasedBody } from './compose-answer.ts';
import { decideRelease, type Withheld } from './decide-release.ts';

export interface ReleaseFacts {
	readonly query: QueryRecord;
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
}

export function endMerged(facts: ReleaseFacts, record: SessionRecord, answer: MergedAnswer): Ending {
	const { query, plan, policy } = facts;
	const released = decideRelease({ ...answer, plan, policy });
	if (!released.ok) return endWithheld(query, record, released.error);
	const { contributors, epochs } = answer;
	// Parsed again, so that what is signed is plain JSON and nothing else.
	const variables = JSON.parse(canonicalJson(plan.variables)) as readonly Wire[];
	const body = releasedBody(query, record, { released: released.value, contributors, epochs, variables });
	return { status: 'released', code: null, fault: null, contributors, body };
}

export function endFailed(
	query: QueryRecord,
	record: SessionRecord,
	failure: { readonly status: 'withheld' | 'refused'; readonly code: PublicCode },
): Ending {
	return { ...failure, fault: null, contributors: [], body: failedBody(query, record, failure) };
}

/** The researcher is not told that a hospital's numbers are impossible: which one it was, nobody can know of a sum. */
function endWithheld(query: QueryRecord, record: SessionRecord, reason: Withheld): Ending {
	const isFault = reason === 'implausible-sum';
	const ending = endFailed(query, record, { status: 'withheld', code: isFault ? 'unavailable' : reason });
	return { ...ending, fault: isFault ? reason : null };
}
