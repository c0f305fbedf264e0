// How a session ends for the researcher: released, withheld or refused, as the body of the answer.

import { canonicalJson, type NetworkPolicy, type Plan, type PublicCode, type Wire } from '@cordon/shared';
import type { LinearSolver } from '../ports.ts';
import type { Ending, MergedAnswer, QueryRecord, SealedAnswer, SessionRecord } from '../session.ts';
import { collusionClaim } from './collusion-claim.ts';
import { failedBody, releasedBody, sealedBody } from './compose-answer.ts';
import { decideRelease, type Withheld } from './decide-release.ts';
import { sealRelease } from './seal-release.ts';

const withheldCodes: Readonly<Record<Withheld, PublicCode>> = {
	'too-few-hospitals': 'too-few-hospitals',
	'implausible-sum': 'unavailable',
	'too-many-cells': 'malformed',
};

export interface ReleaseFacts {
	readonly query: QueryRecord;
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
	readonly solver: LinearSolver;
}

export async function endMerged(
	facts: ReleaseFacts,
	record: SessionRecord,
	answer: MergedAnswer,
): Promise<Ending> {
	const { query, plan, policy, solver } = facts;
	const released = await decideRelease({ ...answer, plan, policy }, solver);
	if (!released.ok) return endWithheld(query, record, released.error);
	const { contributors, epochs } = answer;
	// Parsed again, so that what is signed is plain JSON and nothing else.
	const variables = JSON.parse(canonicalJson(plan.variables)) as readonly Wire[];
	const shares = { hospitals: record.roster.length, contributors: contributors.length };
	const claims = [...released.value.claims, ...collusionClaim(plan, policy, shares)];
	const told = { ...released.value, claims };
	const body = releasedBody(query, record, { released: told, contributors, epochs, variables });
	return { status: 'released', code: null, fault: null, contributors, body };
}

/** The same in a blind network: the sum is under the researcher's masks, and goes into the answer as it is. */
export function endSealed(
	{ query, plan, policy }: Omit<ReleaseFacts, 'solver'>,
	record: SessionRecord,
	answer: SealedAnswer,
): Ending {
	const released = sealRelease({ ...answer, plan, policy });
	if (!released.ok) return endWithheld(query, record, released.error);
	const { contributors, epochs } = answer;
	const variables = JSON.parse(canonicalJson(plan.variables)) as readonly Wire[];
	const shares = { hospitals: record.roster.length, contributors: contributors.length };
	const claims = [...released.value.claims, ...collusionClaim(plan, policy, shares)];
	const told = { ...released.value, claims };
	const body = sealedBody(query, record, { released: told, contributors, epochs, variables });
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
	const ending = endFailed(query, record, { status: 'withheld', code: withheldCodes[reason] });
	return { ...ending, fault: reason === 'implausible-sum' ? reason : null };
}
