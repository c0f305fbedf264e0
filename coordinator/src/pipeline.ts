// A question's way through the coordinator. This file alone knows the order of the stages; it decides nothing itself.

import { err, ok, type Result, type SignedRequest, type ToCoordinator, type Wire } from '@cordon/shared';
import { endedEntry, openedEntry, refusedEntry } from './audit/decision-entries.ts';
import { explainFailure } from './dispatch/explain-failure.ts';
import { digestOf, stepOf } from './dispatch/message-step.ts';
import { noteAbsent, noteHeard, openSession, overdue } from './dispatch/open-session.ts';
import { type MergeOutcome, type MergeStep, mergeMessage, mergeWithdrawals } from './merge/merge-step.ts';
import { openMerge } from './merge/open-merge.ts';
import type { CoordinatorParts, PresentedProof, StoredManifest, TakenMessage } from './ports.ts';
import { answerHashOf, signAnswer } from './release/compose-answer.ts';
import { type Ending, endFailed, endMerged } from './release/end-session.ts';
import type { Outgoing, SessionRecord } from './session.ts';
import { factsOf, newQuery, type SessionFacts } from './session-facts.ts';
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
	/** Leaves out hospitals that were not heard of in time, and ends sessions whose deadline has passed. */
	readonly sweep: () => Promise<void>;
}

/** How often a session may have been changed by another process before this one gives up. */
const mostAttempts = 8;

export function createPipeline(parts: CoordinatorParts): Pipeline {
	const turns = createTurns();
	return {
		ask: (presented, signed) => turns.inTurn(requestDigestOf(signed), () => ask(parts, presented, signed)),
		take: (hospital, message) => turns.inTurn(message.session, () => take(parts, hospital, message)),
		sweep: () => sweepAll(parts, (session) => turns.inTurn(session, () => sweepSession(parts, session))),
	};
}

/** submit, dispatch */
async function ask(
	parts: CoordinatorParts,
	presented: PresentedProof,
	signed: SignedRequest,
): Promise<Result<{ readonly id: string }, Rejection>> {
	const manifest = await parts.membership.current();
	if (manifest === null) return err({ code: 'policy-unavailable', issues: [] });
	const submission = await submit(parts, { presented, signed, manifest });
	if (submission.ok) return dispatch(parts, manifest, submission.value);
	const { code } = submission.error;
	await parts.audit.append(refusedEntry(requestDigestOf(signed), code));
	parts.log.info('question refused', { code });
	return submission;
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
	const merge = openMerge({ session, manifest: manifest.manifest, roster, requestHash, plan });
	const facts = { session, query: query.id, manifest: manifest.hash, project: question.project };
	const opened = openSession({ ...facts, roster, policy, signed, merge, nowMs: parts.clock.nowMs() });
	await parts.audit.append(openedEntry(query, opened.record));
	const stored = await parts.sessions.open(query, opened.record, opened.outgoing);
	if (stored.opened) wakeHospitals(parts, opened.record);
	parts.log.info('question dispatched', { query: stored.id, hospitals: roster.length });
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
	parts: CoordinatorParts,
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
		const known = await parts.sessions.takenDigest(taken);
		if (known !== null) return known === taken.digest ? 'accepted' : 'conflict';
		const record = await parts.sessions.session(message.session);
		if (record === null || record.merge === null || !record.roster.includes(hospital)) return 'conflict';
		if (parts.clock.nowMs() >= record.deadlineMs) return 'conflict';
		const facts = await factsOf(parts, record);
		const step = await mergeMessage(record.merge, hospital, message, facts);
		if (!step.ok) return 'conflict';
		if (
			await advance(parts, facts, { record: noteHeard(record, hospital, message), step: step.value, taken })
		) {
			return 'accepted';
		}
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

async function sweepSession(parts: CoordinatorParts, session: string): Promise<void> {
	const nowMs = parts.clock.nowMs();
	const record = await parts.sessions.session(session);
	if (record === null || record.merge === null) return;
	const facts = await factsOf(parts, record);
	const absent = overdue(record, nowMs);
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
	parts: CoordinatorParts,
	facts: SessionFacts,
	{ record, step, taken }: Advance,
): Promise<boolean> {
	const { session, roster } = record;
	if (step.outcome === null) {
		const outgoing = step.send.map(
			({ to, body }): Outgoing => ({ to, message: { kind: 'secagg', session, body } }),
		);
		const next = { ...record, merge: step.state, step: step.progress ?? record.step };
		const kept = await parts.sessions.change({ record: next, taken, outgoing, answer: null });
		if (kept) for (const { to } of outgoing) parts.wakeUps.wake(to);
		return kept;
	}
	const { ending, answer } = await release(parts, facts, record, step.outcome);
	const outcome = ending.status === 'released' ? 'released' : 'aborted';
	const outgoing = roster.map((to): Outgoing => ({ to, message: { kind: 'end', session, outcome } }));
	const next = { ...record, merge: null, step: ending.status === 'released' ? 'released' : 'ended' } as const;
	const kept = await parts.sessions.change({ record: next, taken, outgoing, answer });
	if (kept) wakeHospitals(parts, record);
	parts.log.info('session ended', { session, query: record.query, status: ending.status });
	return kept;
}

/** release, audit: what is decided is in the log before it is signed, and signed before anybody is told. */
async function release(
	parts: CoordinatorParts,
	facts: SessionFacts,
	record: SessionRecord,
	outcome: MergeOutcome,
): Promise<{ readonly ending: Ending; readonly answer: Wire }> {
	const failure = explainFailure(record, facts.minimum);
	const ending =
		outcome.kind === 'sum'
			? endMerged(facts, record, outcome.answer)
			: endFailed(facts.query, record, failure);
	const answerHash = answerHashOf(ending.body);
	const { status, code, contributors } = ending;
	const index = await parts.audit.append(endedEntry(record, status, { answerHash, code, contributors }));
	const receipt = await parts.audit.proof(index);
	const answer = signAnswer(ending.body, { nowMs: parts.clock.nowMs(), receipt }, parts.identitySeed);
	return { ending, answer };
}

function wakeHospitals(parts: CoordinatorParts, { roster }: SessionRecord): void {
	for (const hospital of roster) parts.wakeUps.wake(hospital);
}
