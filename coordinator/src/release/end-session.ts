// How a session ends for the researcher: released, withheld or refused, as the body of the answer.

import { canonicalJson, type NetworkPolicy, type Plan, type PublicCode, type Wire } from '@cordon/shared';
import type { MergedAnswer, QueryRecord, SessionRecord } from '../session.ts';
import { type AnswerBody, failedBody, releasedBody } from './compose-answer.ts';
import { decideRelease } from './decide-release.ts';

export interface Ending {
	readonly status: 'released' | 'withheld' | 'refused';
	readonly code: PublicCode | null;
	readonly contributors: readonly string[];
	readonly body: AnswerBody;
}

export interface ReleaseFacts {
	readonly query: QueryRecord;
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
}

export function endMerged(facts: ReleaseFacts, record: SessionRecord, answer: MergedAnswer): Ending {
	const { query, plan, policy } = facts;
	const released = decideRelease({ ...answer, plan, policy });
	if (!released.ok) return endFailed(query, record, { status: 'withheld', code: released.error });
	const { contributors, epochs } = answer;
	// Parsed again, so that what is signed is plain JSON and nothing else.
	const variables = JSON.parse(canonicalJson(plan.variables)) as readonly Wire[];
	const body = releasedBody(query, record, { released: released.value, contributors, epochs, variables });
	return { status: 'released', code: null, contributors, body };
}

export function endFailed(
	query: QueryRecord,
	record: SessionRecord,
	failure: { readonly status: 'withheld' | 'refused'; readonly code: PublicCode },
): Ending {
	return { ...failure, contributors: [], body: failedBody(query, record, failure) };
}
