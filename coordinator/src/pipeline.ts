// A question's way through the coordinator. This file alone knows the order of the stages; it decides nothing itself.

import { err, ok, type Result, type SignedRequest, type ToCoordinator } from '@cordon/shared';
import { endedEntry, openedEntry, refusedEntry } from './audit/decision-entries.ts';
import { type UnprovenRefusals, unprovenRefusals } from './audit/unproven-refusals.ts';
import { beginExact } from './dispatch/begin-exact.ts';
import { explainFailure } from './dispatch/explain-failure.ts';
import { digestOf, stepOf } from './dispatch/message-step.ts';
import {
	isClosedTo,
	leavingOf,
	noteAbsent,
	noteHeard,
	openSession,
	overdue,
} from './dispatch/open-session.ts';
import {
	awaitedBy,
	type MergeOutcome,
	type MergeStep,
	mergeMessage,
	mergeWithdrawals,
} from './merge/merge-step.ts';
import { openMerge } from './merge/open-merge.ts';
import type { CoordinatorParts, PresentedProof, StoredManifest, TakenMessage } from './ports.ts';
import { answerHashOf, signAnswer } from './release/compose-answer.ts';
import { endFailed, endMerged, type ReleaseFacts, releasedIn } from './release/end-session.ts';
import type { Ending, Outgoing, SessionRecord } from './session.ts';
import { newQuery, rememberedFacts, type SessionFacts } from './session-facts.ts';
import type { Rejection } from './submit/admit-question.ts';
import { requestDigestOf, type Submission, submit } from './submit/submit.ts';
import { createTurns } from './turns.ts';

export type { Rejection };

export interface Pipeline {
	/** A researcher's question: refused, or sent to every hospital of its project. Durable when it resolves. */
	readonly ask: (
		presented: PresentedProof,
		signed: SignedRequest,
	) => Promise<Result<{ readonly id: string }, Rejection>>;
	/** A hospital's message. `conflict`: it does not belong where the session stands, and never will. */
	readonly take: (hospital: string, message: ToCoordinator) => Promise<'accepted' | 'conflict'>;
	/** Leaves out hospitals that were not heard of in time, and ends sessions that are overdue or already decided. */
	readonly sweep: () => Promise<void>;
}

/** How often a session may have been changed by another process before this one gives up. */
const mostAttempts = 8;

type Working = CoordinatorParts & { readonly factsOf: ReturnType<typeof rememberedFacts> };

export function createPipeline(given: CoordinatorParts): Pipeline {
	const parts: Working = { ...given, factsOf: rememberedFacts(given) };
	const turns = createTurns();
	const unproven = unprovenRefusals(parts);
	return {
		ask: (presented, signed) =>
			turns.inTurn(requestDigestOf(signed), () => ask(parts, unproven, { presented, signed })),
		take: (hospital, message) => {
			const work = (): Promise<'accepted' | 'conflict'> =>
				turns.inTurn(message.session, () => take(parts, hospital, message));
			const ids = { session: message.session, step: stepOf(message), hospital };
			return parts.log.timed?.('message-taken', ids, work) ?? work();
		},
		sweep: async () => {
			await sweepAll(parts, (session) => turns.inTurn(session, () => sweepSession(parts, session)));
			await unproven.flush();
		},
	};
}

/** submit, dispatch */
async function ask(
	parts: CoordinatorParts,
	unproven: UnprovenRefusals,
	{ presented, signed }: { readonly presented: PresentedProof; readonly signed: SignedRequest },
): Promise<Result<{ readonly id: string }, Rejection>> {
	const manifest = await parts.membership.current();
	if (manifest === null) return err({ code: 'policy-unavailable', issues: [] });
	const submission = await submit(parts, { presented, signed, manifest });
	if (submission.ok) return dispatch(parts, manifest, submission.value);
	const { code, issues, person } = submission.error;
	if (person !== null)
		return refuseKnown(parts, { requestDigest: requestDigestOf(signed), person }, submission.error);
	await unproven.note(code);
	return err({ code, issues });
}

async function refuseKnown(
	parts: CoordinatorParts,
	asked: Pick<Submission, 'requestDigest' | 'person'>,
	{ code, issues }: Rejection,
): Promise<Result<never, Rejection>> {
	const { requestDigest, person } = asked;
	await parts.audit.append(refusedEntry({ requestDigest, person, code }));
	parts.log.info('question-refused', { code });
	return err({ code, issues });
}

async function dispatch(
	parts: CoordinatorParts,
	manifest: StoredManifest,
	submission: Submission,
): Promise<Result<{ readonly id: string }, Rejection>> {
	const known = await parts.sessions.queryOfRequest(submission.requestDigest);
	if (known !== null) return sameRequest(known, submission);
	const query = newQuery(parts.random, manifest, submission);
	const { session } = query;
	const { roster, plan, signed, requestHash, question } = submission;
	const { policy } = manifest.manifest;
	const asked = { ...submission, session, manifest: manifest.manifest };
	const compared = await beginExact(asked, parts);
	if (!compared.ok) return refuseKnown(parts, submission, { code: compared.error, issues: [] });
	const earlier = compared.value;
	const merge = openMerge({ session, manifest: manifest.manifest, roster, requestHash, plan, earlier });
	const facts = { session, query: query.id, manifest: manifest.hash, project: question.project };
	const opened = openSession({
		...facts,
		roster,
		policy,
		signed,
		merge,
		earlier,
		nowMs: parts.clock.nowMs(),
	});
	await parts.audit.append(openedEntry(query, opened.record));
	const stored = await parts.sessions.open(query, opened.record, opened.outgoing);
	if (stored.opened) wakeHospitals(parts, opened.record);
	else if (earlier !== null) await parts.exact.end(session, null);
	parts.log.info('question-dispatched', { query: stored.id, session });
	return ok({ id: stored.id });
}

function sameRequest(
	known: { readonly id: string; readonly person: string },
	submission: Submission,
): Result<{ readonly id: string }, Rejection> {
	return known.person === submission.person
		? ok({ id: known.id })
		: err({ code: 'request-replayed', issues: [] });
}

/** merge, and release once the sum has opened */
async function take(
	parts: Working,
	hospital: string,
	message: ToCoordinator,
): Promise<'accepted' | 'conflict'> {
	const taken: TakenMessage = {
		session: message.session,
		hospital,
		step: stepOf(message),
		digest: digestOf(message),
	};
	for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
		const { record, digest } = await parts.sessions.sessionOf(taken);
		if (digest !== null) return digest === taken.digest ? 'accepted' : 'conflict';
		if (record === null || record.merge === null) return 'conflict';
		if (isClosedTo(record, hospital, parts.clock.nowMs())) return 'conflict';
		const facts = await parts.factsOf(record);
		const heard = noteHeard(record, hospital, message);
		const leaving = leavingOf(heard, facts.plan.mechanism);
		const step = mergeMessage(record.merge, { hospital, message, leaving }, facts);
		if (!step.ok) return 'conflict';
		if (await advance(parts, facts, { record: heard, step: step.value, taken })) return 'accepted';
	}
	throw new Error('a session changed too often to be changed');
}

/** One session that cannot be ended does not keep the others from ending; its error is thrown after them. */
async function sweepAll(
	parts: CoordinatorParts,
	sweepOne: (session: string) => Promise<void>,
): Promise<void> {
	const failures: unknown[] = [];
	for (const { session } of await parts.sessions.running()) {
		await sweepOne(session).catch((error: unknown) => failures.push(error));
	}
	if (failures.length > 0) throw failures[0];
}

async function sweepSession(parts: Working, session: string): Promise<void> {
	const nowMs = parts.clock.nowMs();
	const record = await parts.sessions.session(session);
	if (record === null || record.merge === null) return;
	if (record.ending !== null) return finish(parts, record, record.ending);
	const facts = await parts.factsOf(record);
	const { policy, minimum } = facts;
	const absent = overdue(record, awaitedBy(record.merge), { policy, minimum, nowMs });
	if (nowMs >= record.deadlineMs) {
		const step: MergeStep = { state: record.merge, send: [], outcome: { kind: 'aborted' }, progress: null };
		await advance(parts, facts, { record: noteAbsent(record, absent), step, taken: null });
		return;
	}
	if (absent.length === 0) return;
	const step = mergeWithdrawals(record.merge, absent, facts);
	// Where another process changed the session meanwhile, the next sweep looks again.
	await advance(parts, facts, { record: noteAbsent(record, absent), step, taken: null });
}

interface Advance {
	readonly record: SessionRecord;
	readonly step: MergeStep;
	readonly taken: TakenMessage | null;
}

/** false: another process changed the session first, and nothing of this was kept. */
async function advance(
	parts: Working,
	facts: SessionFacts,
	{ record, step, taken }: Advance,
): Promise<boolean> {
	const { session } = record;
	if (step.outcome === null) {
		const outgoing = step.send.map(
			({ to, body }): Outgoing => ({ to, message: { kind: 'secagg', session, body } }),
		);
		const isNewRound = record.merge === null || awaitedBy(step.state).round !== awaitedBy(record.merge).round;
		const roundSinceMs = isNewRound ? parts.clock.nowMs() : record.roundSinceMs;
		const next = { ...record, roundSinceMs, merge: step.state, step: step.progress ?? record.step };
		const kept = await parts.sessions.change({ record: next, taken, outgoing, answer: null });
		if (kept) for (const { to } of outgoing) parts.wakeUps.wake(to);
		return kept;
	}
	const exactBefore =
		facts.policy.mechanisms.includes('exact') && (await parts.exact.haveReleased(record.roster));
	const ending = await release({ ...facts, solver: parts.solver, exactBefore }, record, step.outcome);
	const decided = { ...record, ending };
	if (!(await parts.sessions.change({ record: decided, taken, outgoing: [], answer: null }))) return false;
	await finish(parts, { ...decided, version: record.version + 1 }, ending);
	return true;
}

/** release */
async function release(
	facts: SessionFacts & ReleaseFacts,
	record: SessionRecord,
	outcome: MergeOutcome,
): Promise<Ending> {
	if (outcome.kind === 'sum') return endMerged(facts, record, outcome.answer);
	const { minimum, plan } = facts;
	return endFailed(facts.query, record, explainFailure(record, { minimum, mechanism: plan.mechanism }));
}

/**
 * audit: what was decided is stored by now; it is in the log before it is signed, and signed before anybody is told.
 * A crash between two of the steps leaves it to the next sweep to do the rest, as often as it takes and with the same
 * outcome: the decision is read and not made again, and its log entry has one key.
 */
async function finish(parts: Working, record: SessionRecord, ending: Ending): Promise<void> {
	const { session, roster, query } = record;
	const { status, fault, body } = ending;
	// Before anybody can see it: whoever asks next is compared with it.
	if (record.exact === true)
		await parts.exact.end(session, releasedIn(ending, (await parts.factsOf(record)).plan));
	const index = await parts.audit.append(endedEntry(record, ending, answerHashOf(body)));
	const receipt = await parts.audit.proof(index);
	const answer = signAnswer(body, { nowMs: parts.clock.nowMs(), receipt }, parts.identitySeed);
	const outcome = status === 'released' ? 'released' : 'aborted';
	const outgoing = roster.map((to): Outgoing => ({ to, message: { kind: 'end', session, outcome } }));
	const step = status === 'released' ? 'released' : 'ended';
	const ended = { ...record, merge: null, ending: null, step } as const;
	const kept = await parts.sessions.change({ record: ended, taken: null, outgoing, answer });
	// Where another process was quicker, it has said all this.
	if (!kept) return;
	wakeHospitals(parts, record);
	if (fault !== null) parts.log.fault('session-withheld', { session, query, fault });
	parts.log.info('session-ended', { session, query, status });
}

function wakeHospitals(parts: CoordinatorParts, { roster }: SessionRecord): void {
	for (const hospital of roster) parts.wakeUps.wake(hospital);
}
