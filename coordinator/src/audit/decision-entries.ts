// What the coordinator's log says of each decision: codes, ids and hashes, never a question's text or a number.

import type { AuditEntry, Member, RefusalCode, SignedInputs, Wire } from '@cordon/shared';
import type { Ending, QueryRecord, SessionRecord } from '../session.ts';

export function enrolledEntry({ hospital, identityKey, logKey }: Member): AuditEntry {
	const body = { event: 'enrolled', hospital, identityKey, logKey };
	return { key: `enrolled/${hospital}`, stage: 'audit', decision: 'changed', body };
}

export function manifestEntry(manifest: string, version: number): AuditEntry {
	const body = { event: 'manifest', manifest, version };
	return { key: `manifest/${manifest}`, stage: 'audit', decision: 'changed', body };
}

/**
 * Of a person whose token has verified. The key is the signed request's digest: a client that sends the same refused
 * request for ever adds one entry.
 */
export function refusedEntry(refusal: {
	readonly requestDigest: string;
	readonly person: string;
	readonly code: RefusalCode;
}): AuditEntry {
	const { requestDigest, code } = refusal;
	return {
		key: `refused/${requestDigest}/${code}`,
		stage: 'submit',
		decision: 'refused',
		body: { ...refusal },
	};
}

/** All refusals of an hour to people who proved nothing, in one. `refusals`: requests of each code, not patients. */
export function unprovenEntry(hour: string, refusals: Readonly<Record<string, number>>): AuditEntry {
	const body = { event: 'unproven', refusals };
	return { key: `unproven/${hour}`, stage: 'submit', decision: 'refused', body };
}

export function openedEntry(query: QueryRecord, record: SessionRecord): AuditEntry {
	const { requestHash, queryHash, manifest, id } = query;
	const { session, roster, project, deadlineMs } = record;
	const body = { query: id, session, requestHash, queryHash, manifest, project, roster, deadlineMs };
	return { key: `dispatch/${session}`, stage: 'dispatch', decision: 'admitted', body };
}

/** A question that another query has answered, or is about to: nothing is asked of the hospitals' data for it. */
export function joinedEntry(query: QueryRecord, release: string): AuditEntry {
	const { requestHash, queryHash, manifest, id, session, person } = query;
	const { project } = query.question;
	const body = {
		event: 'joined',
		query: id,
		session,
		requestHash,
		queryHash,
		manifest,
		project,
		person,
		release,
	};
	return { key: `joined/${session}`, stage: 'submit', decision: 'admitted', body };
}

/** `permitted`: hospitals that gave leave; none where it was the person's own release. The answer has its receipt already. */
export function replayedEntry(replay: {
	readonly session: string;
	readonly query: string;
	readonly replayOf: string;
	readonly answerHash: string;
	readonly permitted: readonly string[];
}): AuditEntry {
	const body = { event: 'replayed', ...replay };
	return { key: `ended/${replay.session}`, stage: 'release', decision: 'released', body };
}

/**
 * One key a session, whatever its end: the first decision stands, and no session is logged as both released and
 * withheld. `SessionRecord.ending` sees to it that no other one is ever offered.
 *
 * `answerHash` is of the answer without hour, receipt and signature, so that a retry after a crash logs the same. It
 * stands in the leaf, so that the receipt proves this answer and no other; the query's random id keeps it unguessable.
 *
 * `inputs` is what each contributor signed of its vector: the second copy of its commitment, which it cannot take back.
 */
export function endedEntry(record: SessionRecord, ending: Ending, answerHash: string): AuditEntry {
	const { session, query } = record;
	const { status, code, fault, contributors } = ending;
	const body: Wire = { session, query, answerHash, code, fault, contributors, ...signedIn(ending.inputs) };
	return { key: `ended/${session}`, stage: 'release', decision: status, body, subject: answerHash };
}

function signedIn(inputs: SignedInputs | undefined): { readonly [key: string]: Wire } {
	if (inputs === undefined) return {};
	const { sid, claims } = inputs;
	return { inputs: { sid, claims: claims.map((claim) => ({ ...claim })) } };
}

export function foundedEntry(body: {
	readonly network: string;
	readonly policy: string;
	readonly dictionary: string;
}): AuditEntry {
	return { key: 'founded', stage: 'audit', decision: 'changed', body: { event: 'founded', ...body } };
}
