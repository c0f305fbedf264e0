// A question's way through the coordinator. This file alone knows the order of the stages; it decides nothing itself.

import { DatabaseFault, err, type Result, type SignedRequest, type ToCoordinator } from '@cordon/shared';
import { certifyAbandoned, takePromise } from './abandon-sessions.ts';
import { endedEntry } from './audit/decision-entries.ts';
import { type UnprovenRefusals, unprovenRefusals } from './audit/unproven-refusals.ts';
import { explainFailure } from './dispatch/explain-failure.ts';
import { digestOf, stepOf } from './dispatch/message-step.ts';
import { noteAbsent, overdue } from './dispatch/open-session.ts';
import { dispatchQuestion, refuseKnown } from './dispatch-question.ts';
import { gatherMessages, type Verdict, type Waiting } from './gather-messages.ts';
import { hearMessages } from './hear-messages.ts';
import { awaitedBy, type MergeOutcome, type MergeStep, mergeWithdrawals } from './merge/merge-step.ts';
import type { CoordinatorParts, PresentedProof, SessionChange, TakenMessage } from './ports.ts';
import { createPreparing, type Preparing } from './prepare-sessions.ts';
import { answerHashOf, signAnswer } from './release/compose-answer.ts';
import { endFailed, endMerged, endSealed, type ReleaseFacts, releasedIn } from './release/end-session.ts';
import { type RememberedSessions, rememberSessions } from './remember-sessions.ts';
import { canProceed, isReplayAllowed, proceedReplay, replayNeeds } from './replay-release.ts';
import type { Ending, Outgoing, SessionRecord } from './session.ts';
import { rememberedFacts, type SessionFacts } from './session-facts.ts';
import type { Rejection } from './submit/admit-question.ts';
import { requestDigestOf, submit } from './submit/submit.ts';
import { createTurns, type Turns } from './turns.ts';
import { wakeHospitals } from './wake-hospitals.ts';

export type { Rejection };

export interface Pipeline {
	/** A researcher's question: refused, or sent to every hospital of its project. Durable when it resolves. */
	readonly ask: (
		presented: PresentedProof,
		signed: SignedRequest,
	) => Promise<Result<{ readonly id: string }, Rejection>>;
	/** A hospital's message. `conflict`: it does not belong where the session stands, and never will. */
	readonly take: (hospital: string, message: ToCoordinator) => Promise<Verdict>;
	/** Leaves out hospitals that were not heard of in time, and ends sessions that are overdue or already decided. */
	readonly sweep: () => Promise<void>;
}

/** How often a session may have been changed by another process before this one gives up. */
const mostAttempts = 8;
/** As many as are taken together do not let others wait for long. */
const mostTogether = 32;

type Working = CoordinatorParts & {
	readonly factsOf: ReturnType<typeof rememberedFacts>;
	readonly preparing: Preparing;
	readonly remembered: RememberedSessions;
	readonly turns: Turns;
};

export function createPipeline(given: CoordinatorParts): Pipeline {
	const turns = createTurns();
	const factsOf = rememberedFacts(given);
	const remembered = rememberSessions(given.sessions);
	const parts: Working = { ...given, factsOf, preparing: createPreparing(given), remembered, turns };
	const unproven = unprovenRefusals(parts);
	const takeGathered = gatherMessages(turns, (session, waiting) => takeAll(parts, session, waiting));
	return {
		ask: (presented, signed) =>
			turns.inTurn(requestDigestOf(signed), () => ask(parts, unproven, { presented, signed })),
		take: (hospital, message) => {
			const step = stepOf(message);
			const work = (): Promise<Verdict> =>
				message.kind === 'abandon'
					? turns.inTurn(message.session, () => takePromise(parts, hospital, message))
					: takeGathered({ hospital, message, step, digest: digestOf(message) });
			const ids = { session: message.session, step, hospital };
			return parts.log.timed?.('message-taken', ids, work) ?? work();
		},
		sweep: async () => {
			const isIdle = await sweepAll(parts, (session) =>
				turns.inTurn(session, () => sweepSession(parts, session)),
			);
			await parts.preparing.keep(isIdle);
			await unproven.flush();
			await certifyAbandoned(parts);
		},
	};
}

/** submit, dispatch */
async function ask(
	parts: Working,
	unproven: UnprovenRefusals,
	{ presented, signed }: { readonly presented: PresentedProof; readonly signed: SignedRequest },
): Promise<Result<{ readonly id: string }, Rejection>> {
	const manifest = await parts.membership.current();
	if (manifest === null) return err({ code: 'policy-unavailable', issues: [] });
	const submission = await submit(parts, { presented, signed, manifest });
	if (submission.ok) return dispatchQuestion(parts, manifest, submission.value);
	const { code, issues, person } = submission.error;
	if (person !== null)
		return refuseKnown(parts, { requestDigest: requestDigestOf(signed), person }, submission.error);
	await unproven.note(code);
	return err({ code, issues });
}

async function takeAll(parts: Working, session: string, waiting: readonly Waiting[]): Promise<void> {
	let rest = waiting;
	let most = mostTogether;
	while (rest.length > 0) {
		const together = rest.slice(0, most);
		try {
			rest = rest.slice(await takeTogether(parts, session, together));
		} catch (error) {
			// A message that throws is to fail no other: they are heard one by one then.
			if (error instanceof DatabaseFault) throw error;
			if (together.length === 1) {
				together[0]?.fail(error);
				rest = rest.slice(1);
			}
			most = 1;
		}
	}
}

/** merge, and release once the sum has opened. Resolves with how many were answered, the first of them, at least one. */
async function takeTogether(parts: Working, session: string, waiting: readonly Waiting[]): Promise<number> {
	const { remembered } = parts;
	for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
		const stored = await remembered.recall(session);
		if (stored === null) return takePrepared(parts, waiting);
		const facts = stored.record.merge === null ? null : await parts.factsOf(stored.record);
		const { record, step, taken, verdicts } = hearMessages(stored, waiting, facts, parts.clock.nowMs());
		if (!stored.isFresh && verdicts.includes('conflict')) continue;
		if (facts === null || step === null) return answer(waiting, verdicts);
		const kept = await advance(parts, facts, { record, step, taken });
		if (kept === null) continue;
		remembered.remember({ record: kept, taken: [...stored.taken, ...taken] });
		// Whose message opened the sum is answered last, when the session is ended.
		if (kept.ending !== null) {
			answer(waiting, verdicts.slice(0, -1));
			await finish(parts, kept, kept.ending);
		}
		if (taken.some((one) => one.step === 'permit')) await showAllowed(parts, session);
		return answer(waiting, verdicts);
	}
	throw new Error('a session changed too often to be changed');
}

/** It is not asked yet; whoever comes next may find that it is. */
async function takePrepared({ preparing }: Working, waiting: readonly Waiting[]): Promise<number> {
	const [first] = waiting;
	if (first !== undefined) await preparing.take(first).then(first.answer, first.fail);
	return 1;
}

function answer(waiting: readonly Waiting[], verdicts: readonly Verdict[]): number {
	for (const [at, verdict] of verdicts.entries()) waiting[at]?.answer(verdict);
	return verdicts.length;
}

/** The last hospital's leave to a replay shows it at once, and not at the next sweep. */
async function showAllowed(parts: Working, session: string): Promise<void> {
	const record = await parts.sessions.session(session);
	if (record !== null && isReplayAllowed(record)) await proceedReplay(parts, record);
}

/**
 * One session that cannot be ended does not keep the others from ending; its error is thrown after them.
 * Resolves with whether there was none.
 */
async function sweepAll(parts: Working, sweepOne: (session: string) => Promise<void>): Promise<boolean> {
	const failures: unknown[] = [];
	const running = await parts.sessions.running();
	parts.remembered.keepOnly(running);
	for (const { session } of running) {
		await sweepOne(session).catch((error: unknown) => failures.push(error));
	}
	if (failures.length > 0) throw failures[0];
	return running.length === 0;
}

async function sweepSession(parts: Working, session: string): Promise<void> {
	const nowMs = parts.clock.nowMs();
	const record = await parts.sessions.session(session);
	if (record === null || record.merge === null) return;
	if (record.ending !== null) return finish(parts, record, record.ending);
	if (canProceed(record, nowMs)) return proceedReplay(parts, record);
	const facts = await parts.factsOf(record);
	const { policy, minimum } = facts;
	const absent = overdue(record, awaitedBy(record.merge), { policy, minimum, nowMs });
	const left = noteAbsent(record, absent);
	if (nowMs >= record.deadlineMs) {
		const step: MergeStep = { state: record.merge, send: [], outcome: { kind: 'aborted' }, progress: null };
		return advanceToEnd(parts, facts, { record: left, step, taken: [] });
	}
	if (absent.length === 0) return;
	const step = mergeWithdrawals(record.merge, absent, facts);
	await advanceToEnd(parts, facts, { record: left, step, taken: [] });
}

/** Where another process changed the session meanwhile, the next sweep looks again. */
async function advanceToEnd(parts: Working, facts: SessionFacts, change: Advance): Promise<void> {
	const kept = await advance(parts, facts, change);
	if (kept !== null && kept.ending !== null) await finish(parts, kept, kept.ending);
}

interface Advance {
	readonly record: SessionRecord;
	readonly step: MergeStep;
	readonly taken: readonly TakenMessage[];
}

/** The session as it is kept now; null: another process changed it first, and nothing of this was kept. */
async function advance(
	parts: Working,
	facts: SessionFacts,
	{ record, step, taken }: Advance,
): Promise<SessionRecord | null> {
	const { session } = record;
	if (step.outcome !== null) {
		const ending = await release(await releaseFacts(parts, facts, record), record, step.outcome);
		return store(parts, { record: { ...record, ending }, taken, outgoing: [], answer: null });
	}
	const outgoing = step.send.map(
		({ to, body }): Outgoing => ({ to, message: { kind: 'secagg', session, body } }),
	);
	const isNewRound = record.merge === null || awaitedBy(step.state).round !== awaitedBy(record.merge).round;
	const roundSinceMs = isNewRound ? parts.clock.nowMs() : record.roundSinceMs;
	const next = { ...record, roundSinceMs, merge: step.state, step: step.progress ?? record.step };
	return store(parts, { record: next, taken, outgoing, answer: null });
}

async function store(parts: Working, change: SessionChange): Promise<SessionRecord | null> {
	const posted = await parts.sessions.change(change).catch((error: unknown) => {
		// It may have been made all the same: whoever waits looks again.
		for (const { to } of change.outgoing) parts.wakeUps.wake(to);
		throw error;
	});
	if (posted === null) return null;
	wakeHospitals(parts.wakeUps, posted);
	return { ...change.record, version: change.record.version + 1 };
}

async function releaseFacts(
	{ exact, solver }: Working,
	facts: SessionFacts,
	{ roster }: SessionRecord,
): Promise<SessionFacts & ReleaseFacts> {
	const exactBefore = facts.policy.mechanisms.includes('exact') && (await exact.haveReleased(roster));
	return { ...facts, solver, exactBefore };
}

/** release */
async function release(
	facts: SessionFacts & ReleaseFacts,
	record: SessionRecord,
	outcome: MergeOutcome,
): Promise<Ending> {
	if (outcome.kind === 'sum') return endMerged(facts, record, outcome.answer);
	if (outcome.kind === 'sealed') return endSealed(facts, record, outcome.answer);
	const { minimum, plan } = facts;
	const needs = { minimum, mechanism: plan.mechanism };
	return endFailed(facts.query, record, explainFailure(record, replayNeeds(record) ?? needs));
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
	// Where another process was quicker, it has said all this.
	if ((await store(parts, { record: ended, taken: [], outgoing, answer })) === null) return;
	if (fault !== null) parts.log.fault('session-withheld', { session, query, fault });
	parts.log.info('session-ended', { session, query, status });
}
