// Opens a session of one question at every hospital of its project.

import type {
	EarlierRelease,
	Mechanism,
	NetworkPolicy,
	OpenMessage,
	SignedRequest,
	ToCoordinator,
} from '@cordon/shared';
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
	/** Earlier exact answers to compare with; null where nothing is compared. */
	readonly earlier: readonly EarlierRelease[] | null;
	readonly nowMs: number;
	/** Keys and shares are exchanged already. */
	readonly isPrepared: boolean;
}

/**
 * Part of the session's time that each round may take from its beginning, so that a hospital that is offline does not
 * hold up the rest. The data are read in `masked-input`, which takes longest; a plain answer is the only message there
 * is. The last round may take what is left.
 */
const roundShare: Readonly<Record<Awaited['round'], number>> = {
	plain: 2 / 3,
	advertise: 1 / 3,
	shares: 1 / 4,
	ready: 1,
	'masked-input': 1 / 2,
	consistency: 1 / 4,
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
		prepared: opening.isPrepared,
		...(opening.earlier === null ? {} : { earlier: opening.earlier }),
	};
	const record: SessionRecord = {
		session,
		query,
		manifest,
		project,
		roster,
		roundSinceMs: nowMs,
		deadlineMs,
		participation: Object.fromEntries(roster.map((hospital) => [hospital, { state: 'waiting' }])),
		step: 'dispatched',
		ending: null,
		merge: opening.merge,
		version: 1,
		...(opening.earlier === null ? {} : { exact: true }),
	};
	return { record, outgoing: roster.map((to) => ({ to, message })) };
}

/** The hospital's standing after its message: the first word is an advert, an answer or a refusal. */
export function noteHeard(record: SessionRecord, hospital: string, message: ToCoordinator): SessionRecord {
	// Who is asked for leave to a replay contributed to it, which whoever is refused is not to learn.
	if (message.kind === 'permit') return record;
	const hasBegun = record.participation[hospital]?.state === 'answering';
	const refused: Participation =
		message.kind === 'refuse' && !hasBegun ? { state: 'refused', code: message.code } : { state: 'left' };
	const standing: Participation = message.kind === 'refuse' ? refused : { state: 'answering' };
	return { ...record, participation: { ...record.participation, [hospital]: standing } };
}

/**
 * Hospitals whose refusal the merge is to act upon. In a noised session at once: where it can no longer come to
 * anything, nobody else's budget shall be reserved for it. An exact one is over with the first refusal and costs
 * nothing, so it is kept open until everybody has said a word: a reason that all give is one to tell the researcher.
 * A replay is over with one refusal, whose reason is told.
 */
export function leavingOf(record: SessionRecord, mechanism: Mechanism): readonly string[] {
	const stateOf = (hospital: string): string | undefined => record.participation[hospital]?.state;
	const isWaited = record.roster.some((hospital) => stateOf(hospital) === 'waiting');
	if (mechanism === 'exact' && isWaited && record.merge?.kind !== 'replay') return [];
	return record.roster.filter((hospital) => ['refused', 'left'].includes(stateOf(hospital) ?? ''));
}

/** Whether nothing (more) is taken of the hospital: it was not asked, has left or been left, or the session is over. */
export function isClosedTo(record: SessionRecord, hospital: string, nowMs: number): boolean {
	const { roster, ending, deadlineMs } = record;
	if (!roster.includes(hospital) || ending !== null || nowMs >= deadlineMs) return true;
	return hasLeft(record, hospital);
}

interface Patience {
	readonly policy: Pick<NetworkPolicy, 'sessionDeadlineMs'>;
	readonly minimum: number;
	readonly nowMs: number;
}

/**
 * Hospitals that the others are to go on without. After the first round only where those heard are enough: else
 * nothing is gained by it, and all may come back before the deadline, as after an absence of the coordinator's own.
 */
export function overdue(
	record: SessionRecord,
	{ round, hospitals, heard }: Awaited,
	{ policy, minimum, nowMs }: Patience,
): readonly string[] {
	const untilMs = record.roundSinceMs + Math.floor(policy.sessionDeadlineMs * roundShare[round]);
	const isFirst = round === 'advertise' || round === 'plain';
	if (nowMs < Math.min(untilMs, record.deadlineMs) || (!isFirst && heard < minimum)) return [];
	return hospitals.filter((hospital) => !hasLeft(record, hospital));
}

function hasLeft({ participation }: SessionRecord, hospital: string): boolean {
	const state = participation[hospital]?.state;
	return state === 'refused' || state === 'absent' || state === 'left';
}

export function noteAbsent(record: SessionRecord, hospitals: readonly string[]): SessionRecord {
	const standings = hospitals.map((hospital): readonly [string, Participation] => {
		const hasBegun = record.participation[hospital]?.state === 'answering';
		return [hospital, { state: hasBegun ? 'left' : 'absent' }];
	});
	return { ...record, participation: { ...record.participation, ...Object.fromEntries(standings) } };
}
