// Opens a session of one question at every hospital of its project.

import type { Mechanism, NetworkPolicy, OpenMessage, SignedRequest, ToCoordinator } from '@cordon/shared';
import type { Awaited, MergeState, Outgoing, Participation, SessionRecord } from '../session.ts';

export interface Opening {
	readonly session: string;
	readonly query: string;
	readonly manifest: string;
	readonly project: string;
	readonly roster: readonly string[];
	readonly policy: NetworkPolicy;
	readonly signed: SignedRequest;
	readonly merge: MergeState;
	readonly nowMs: number;
}

/**
 * Part of the deadline by whose end each round's message must be there, so that a hospital that is offline does not
 * hold up the rest: the others go on without it while they are enough. The data are read between `shares` and
 * `masked-input`, which takes longest; a plain answer is the only message there is. After the last round comes the
 * deadline itself.
 */
const answerShare: Readonly<Record<Awaited['round'], number>> = {
	plain: 2 / 3,
	advertise: 1 / 3,
	shares: 5 / 12,
	'masked-input': 3 / 4,
	consistency: 7 / 8,
	unmask: 1,
	ended: 1,
};

export function openSession(opening: Opening): {
	readonly record: SessionRecord;
	readonly outgoing: readonly Outgoing[];
} {
	const { session, query, manifest, project, roster, policy, nowMs } = opening;
	const deadlineMs = nowMs + policy.sessionDeadlineMs;
	const message: OpenMessage = {
		kind: 'open',
		session,
		manifest,
		project,
		signed: opening.signed,
		deadlineMs,
	};
	const record: SessionRecord = {
		session,
		query,
		manifest,
		project,
		roster,
		deadlineMs,
		participation: Object.fromEntries(roster.map((hospital) => [hospital, { state: 'waiting' }])),
		step: 'dispatched',
		ending: null,
		merge: opening.merge,
		version: 1,
	};
	return { record, outgoing: roster.map((to) => ({ to, message })) };
}

/** The hospital's standing after its message: the first word is an advert, an answer or a refusal. */
export function noteHeard(record: SessionRecord, hospital: string, message: ToCoordinator): SessionRecord {
	const standing: Participation =
		message.kind === 'refuse' ? { state: 'refused', code: message.code } : { state: 'answering' };
	return { ...record, participation: { ...record.participation, [hospital]: standing } };
}

/**
 * Hospitals whose refusal the merge is to act upon. In a noised session at once: where it can no longer come to
 * anything, nobody else's budget shall be reserved for it. An exact one is over with the first refusal and costs
 * nothing, so it is kept open until everybody has said a word: a reason that all give is one to tell the researcher.
 */
export function leavingOf(record: SessionRecord, mechanism: Mechanism): readonly string[] {
	const stateOf = (hospital: string): string | undefined => record.participation[hospital]?.state;
	const isWaited = record.roster.some((hospital) => stateOf(hospital) === 'waiting');
	if (mechanism === 'exact' && isWaited) return [];
	return record.roster.filter((hospital) => stateOf(hospital) === 'refused');
}

/** Whether nothing (more) is taken of the hospital: it was not asked, has left or been left, or the session is over. */
export function isClosedTo(record: SessionRecord, hospital: string, nowMs: number): boolean {
	const { roster, ending, deadlineMs } = record;
	if (!roster.includes(hospital) || ending !== null || nowMs >= deadlineMs) return true;
	return hasLeft(record, hospital);
}

/** Hospitals whose message of the round should be there by now. */
export function overdue(
	record: SessionRecord,
	awaited: Awaited,
	{ policy, nowMs }: { readonly policy: Pick<NetworkPolicy, 'sessionDeadlineMs'>; readonly nowMs: number },
): readonly string[] {
	const { sessionDeadlineMs } = policy;
	const openedMs = record.deadlineMs - sessionDeadlineMs;
	if (nowMs < openedMs + Math.floor(sessionDeadlineMs * answerShare[awaited.round])) return [];
	return awaited.hospitals.filter((hospital) => !hasLeft(record, hospital));
}

function hasLeft({ participation }: SessionRecord, hospital: string): boolean {
	const state = participation[hospital]?.state;
	return state === 'refused' || state === 'absent';
}

export function noteAbsent(record: SessionRecord, hospitals: readonly string[]): SessionRecord {
	const absent = hospitals.map((hospital) => [hospital, { state: 'absent' }] as const);
	return { ...record, participation: { ...record.participation, ...Object.fromEntries(absent) } };
}
