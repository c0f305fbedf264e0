// Answers a question that was answered before with that very answer, for the researcher: asking again shall not average
// noise away, and shall cost nothing. Whether another person may see it is for the hospitals to say, each for itself.

import { type Manifest, publicCodeOf, type RefusalCode, type Wire } from '@cordon/shared';
import { joinedEntry, openedEntry, replayedEntry } from './audit/decision-entries.ts';
import { beginExact } from './dispatch/begin-exact.ts';
import type { Failure, FailureNeeds } from './dispatch/explain-failure.ts';
import { openSession } from './dispatch/open-session.ts';
import { openMerge } from './merge/open-merge.ts';
import type { CoordinatorParts, HeldRelease, StoredManifest } from './ports.ts';
import { subjectOfAnswer } from './release/compose-answer.ts';
import { endFailed } from './release/end-session.ts';
import type { Outgoing, QueryRecord, ReplayState, SessionRecord } from './session.ts';
import { factsOf } from './session-facts.ts';
import type { Submission } from './submit/submit.ts';
import { wakeHospitals } from './wake-hospitals.ts';

export interface Joining {
	readonly query: QueryRecord;
	readonly manifest: StoredManifest;
	readonly submission: Submission;
	/** See `releaseKeyOf`. */
	readonly key: string;
}

/** Stores the question as one that waits for its release, and takes its first step. Durable when it resolves. */
export async function joinRelease(parts: CoordinatorParts, joining: Joining): Promise<string> {
	const { query, manifest, submission, key } = joining;
	const { roster, signed, receiverKey } = submission;
	const merge: ReplayState = { kind: 'replay', key, signed, receiverKey, waitingFor: null };
	const { record } = openSession({
		session: query.session,
		query: query.id,
		manifest: manifest.hash,
		project: submission.question.project,
		roster,
		policy: manifest.manifest.policy,
		signed,
		merge,
		earlier: null,
		isPrepared: false,
		nowMs: parts.clock.nowMs(),
	});
	await parts.audit.append(joinedEntry(query, key));
	const stored = await parts.sessions.open(query, record, [], null);
	if (stored.outcome === 'opened') await proceedReplay(parts, record);
	return stored.id;
}

/**
 * The next step of a waiting question, if it can be taken now; every sweep tries again. If the query that it waited
 * for came to nothing, the first to notice computes the release itself. A change that another process was quicker
 * with is left to that process.
 */
export async function proceedReplay(parts: CoordinatorParts, record: SessionRecord): Promise<void> {
	const { merge } = record;
	if (merge?.kind !== 'replay' || record.ending !== null) return;
	const held = await parts.sessions.claimRelease(merge.key, record.query);
	if (held === null) return;
	const isComputing = held.query === record.query;
	if (held.answer === null && !isComputing) return;
	const query = await queryOf(parts, record);
	const isAllowed = merge.waitingFor?.length === 0;
	if (!isComputing && (held.person === query.person || isAllowed)) return replay(parts, record, held);
	if (merge.waitingFor !== null) return;
	const manifest = await manifestOf(parts, record);
	// It waited for longer than its token holds: each hospital would say so, and it is no fault of who asks.
	const isGenuine = await parts.gate.verifyRequest(merge.signed, manifest);
	if (!isGenuine.ok && isTooLate(isGenuine.error))
		return giveUp(parts, record, { status: 'withheld', code: 'unavailable' });
	if (!isGenuine.ok) return;
	await (isComputing ? compute(parts, record, merge) : askLeave(parts, { ...record, merge }, held));
}

function isTooLate(code: RefusalCode): boolean {
	return code === 'token-expired' || code === 'request-stale';
}

/** Decided here, and ended at the next sweep. */
async function giveUp(parts: CoordinatorParts, record: SessionRecord, failure: Failure): Promise<void> {
	const ending = endFailed(await queryOf(parts, record), record, failure);
	await change(parts, { record: { ...record, ending }, outgoing: [], answer: null });
}

/** Every hospital that was asked for leave has given it. */
export function isReplayAllowed({ merge }: SessionRecord): boolean {
	return merge?.kind === 'replay' && merge.waitingFor?.length === 0;
}

/** Whether `proceedReplay` may have something to do. What all have permitted is shown after the deadline too. */
export function canProceed(record: SessionRecord, nowMs: number): boolean {
	const isWaiting = record.merge?.kind === 'replay' && record.merge.waitingFor === null;
	return isReplayAllowed(record) || (isWaiting && nowMs < record.deadlineMs);
}

/**
 * What a replay that came to nothing lacked: the leave of every hospital, where one refusal is reason enough; while it
 * waited for the release of another query, no hospital lacked. null: it is no replay.
 */
export function replayNeeds({ merge, roster }: SessionRecord): FailureNeeds | null {
	if (merge?.kind !== 'replay') return null;
	return { minimum: merge.waitingFor === null ? 0 : roster.length, mechanism: 'noised' };
}

/**
 * An exact question is compared and counted like one that was dispatched at once. While another exact one runs it waits
 * on, and the next sweep tries again; what else is refused ends it at the next sweep.
 */
async function compute(parts: CoordinatorParts, record: SessionRecord, merge: ReplayState): Promise<void> {
	const { session, project, roster, version } = record;
	const { query, plan, policy } = await factsOf(parts, record);
	const manifest = await manifestOf(parts, record);
	const { question, requestHash } = query;
	const compared = await beginExact({ session, manifest, question, plan, roster }, parts);
	if (!compared.ok) {
		if (compared.error === 'exact-busy') return;
		return giveUp(parts, record, { status: 'refused', code: publicCodeOf(compared.error) });
	}
	const earlier = compared.value;
	const { receiverKey } = merge;
	const opened = openSession({
		session,
		query: query.id,
		manifest: record.manifest,
		project,
		roster,
		policy,
		signed: merge.signed,
		merge: openMerge({ session, manifest, roster, requestHash, receiverKey, plan, earlier }),
		earlier,
		isPrepared: false,
		nowMs: parts.clock.nowMs(),
	});
	const { outgoing } = opened;
	await parts.audit.append(openedEntry(query, opened.record));
	await change(parts, { record: { ...opened.record, version }, outgoing, answer: null });
}

/**
 * Only of hospitals whose patients are in the release; each judges the request that this person signed. The roster stays
 * the project's: whoever is refused is not told who contributed.
 */
async function askLeave(
	parts: CoordinatorParts,
	record: SessionRecord & { readonly merge: ReplayState },
	held: HeldRelease,
): Promise<void> {
	const { session, project, roster, merge, version } = record;
	const waitingFor = contributorsOf(held.answer);
	const { policy } = await manifestOf(parts, record);
	const opened = openSession({
		session,
		query: record.query,
		manifest: record.manifest,
		project,
		roster,
		policy,
		signed: merge.signed,
		merge: { ...merge, waitingFor },
		earlier: null,
		isPrepared: false,
		nowMs: parts.clock.nowMs(),
	});
	const { manifest, deadlineMs } = opened.record;
	const { signed } = merge;
	const message = { kind: 'replay', session, manifest, project, signed, deadlineMs } as const;
	const released = held.session;
	const outgoing = waitingFor.map((to): Outgoing => ({ to, message: { ...message, released } }));
	await change(parts, { record: { ...opened.record, version }, outgoing, answer: null });
}

/** The stored answer as it is, receipt and signature included; what is logged is that it was shown again. */
async function replay(parts: CoordinatorParts, record: SessionRecord, held: HeldRelease): Promise<void> {
	const { session, query, merge } = record;
	if (held.answer === null) throw new Error('a replay without a release');
	const isAllowed = merge?.kind === 'replay' && merge.waitingFor !== null;
	const entry = replayedEntry({
		session,
		query,
		replayOf: held.query,
		answerHash: subjectOfAnswer(objectOf(held.answer)),
		permitted: isAllowed ? contributorsOf(held.answer) : [],
	});
	await parts.audit.append(entry);
	const ended = { ...record, merge: null, step: 'released' } as const;
	if (!(await change(parts, { record: ended, outgoing: [], answer: held.answer }))) return;
	parts.log.info('release-replayed', { session, query });
}

interface Change {
	readonly record: SessionRecord;
	readonly outgoing: readonly Outgoing[];
	readonly answer: Wire | null;
}

async function change(parts: CoordinatorParts, { record, outgoing, answer }: Change): Promise<boolean> {
	const posted = await parts.sessions.change({ record, taken: [], outgoing, answer });
	wakeHospitals(parts.wakeUps, posted ?? []);
	return posted !== null;
}

async function queryOf({ sessions }: CoordinatorParts, record: SessionRecord): Promise<QueryRecord> {
	const query = await sessions.query(record.query);
	if (query === null) throw new Error('a session without its query');
	return query;
}

async function manifestOf({ membership }: CoordinatorParts, record: SessionRecord): Promise<Manifest> {
	const stored = await membership.manifest(record.manifest);
	if (stored === null) throw new Error('a session without its manifest');
	return stored.manifest;
}

/** Errors  throws where a released answer does not say whose it is: nobody could be asked for leave then. */
function contributorsOf(answer: Wire): readonly string[] {
	const contributed = objectOf(objectOf(answer)['hospitals'] ?? null)['contributed'];
	const names = Array.isArray(contributed) ? contributed.map(String) : [];
	if (names.length === 0) throw new Error('a release without contributors');
	return names;
}

function objectOf(value: Wire): Readonly<Record<string, Wire>> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an answer');
	return value as Readonly<Record<string, Wire>>;
}
