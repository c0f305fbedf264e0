// A query's way through one hospital. This file alone knows the order of the stages; it decides nothing itself.

import {
	DatabaseFault,
	encodeSafeCounts,
	err,
	hearAsMember,
	type MemberState,
	networkThreshold,
	type OpenMessage,
	ok,
	openMember,
	provideInput,
	quietMs,
	type RawCount,
	type RefusalCode,
	type ReplayMessage,
	type Result,
	type SafeCount,
	type SecaggMessage,
	type ToNode,
	toHex,
	unreachable,
} from '@cordon/shared';
import { admit, hear, permit } from './admit-question.ts';
import { recordAnswer, recordEvent, recordPermit } from './audit/record-event.ts';
import { consentingPatients } from './consent/consenting-patients.ts';
import { type Answering, compareAnswers, tellsOfFewHere } from './count/compare-answers.ts';
import { countPatientsOf } from './count/count-patients-of.ts';
import { discloseForSum, disclosePlain, hideAll } from './disclose/disclose-counts.ts';
import { drawPlanNoise } from './disclose/draw-plan-noise.ts';
import { abandoned, end, endOverdue, leave, refuse } from './leave-session.ts';
import { replyTimeOf } from './mask/reply-time.ts';
import { noiseHospitals, questionOf, rosterOf, selfOf } from './mask/session-terms.ts';
import type { NodeParts, Ordinal, Standing } from './ports.ts';
import { dropExpired, prepare, stepPrepared } from './prepare-sessions.ts';
import { decideStillOpen, decideStillPermitted } from './receive/decide-opening.ts';
import type { KeptInput, SessionRecord } from './session.ts';
import { type Admitted, addressed, type Change, nothing, sessionChange } from './session-change.ts';

export interface Pipeline {
	/**
	 * Deals with one message of the coordinator; durable when it resolves, and harmless when repeated. Nothing at all may
	 * be said, nor anything asked of the coordinator, for the time it resolves with: see `replyTimeOf`.
	 */
	readonly handle: (sequence: number, message: ToNode) => Promise<{ readonly quietMs: number }>;
	/** Ends every session past its deadline and drops its secrets, whether or not the coordinator says `end`. */
	readonly endOverdue: () => Promise<void>;
}

export function createPipeline(parts: NodeParts): Pipeline {
	// No open session is overdue before: it spares a look at all of them at each turn.
	let nextDeadlineMs = 0;
	return {
		handle: async (sequence, message) => {
			const standing = await standingOf(parts, message);
			const { reply, ...change } = await answer(parts, message, standing);
			const { record, prepared } = change;
			nextDeadlineMs = Math.min(
				nextDeadlineMs,
				record?.deadlineMs ?? nextDeadlineMs,
				prepared?.expiresMs ?? nextDeadlineMs,
			);
			await parts.sessions.save({ ...change, cursor: sequence });
			if (reply === undefined) return { quietMs: 0 };
			return { quietMs: quietMs(reply.afterMs, parts.clock.nowMs() - reply.sinceMs) };
		},
		endOverdue: async () => {
			if (parts.clock.nowMs() < nextDeadlineMs) return;
			// What has gone back is found out here too, before anything is written.
			await parts.sessions.cursor();
			nextDeadlineMs = Math.min(await endOverdue(parts), await dropExpired(parts));
		},
	};
}

/** Before anything is written: an entry signed at a place of the log that was signed before would fork it. */
function standingOf({ sessions }: NodeParts, { kind, session }: ToNode): Promise<Standing> {
	// A further round writes to nothing but the session, and to the log where it ends as it was left.
	return kind === 'secagg' ? sessions.resume(session) : sessions.standing(session);
}

function answer(parts: NodeParts, message: ToNode, standing: Standing): Promise<Change> {
	switch (message.kind) {
		case 'prepare':
			return prepare(parts, message, standing);
		case 'open':
			return open(parts, message, standing);
		case 'replay':
			return replay(parts, message, standing);
		case 'secagg':
			return step(parts, message, standing);
		case 'end':
			return end(parts, message, standing);
		case 'abandoned':
			return abandoned(parts, message, standing);
		default:
			return unreachable(message);
	}
}

async function open(parts: NodeParts, message: OpenMessage, standing: Standing): Promise<Change> {
	if (standing.record !== null) return nothing;
	const heard = await hear(parts, message, standing);
	if (!heard.ok) return refuse(parts, message.session, { code: heard.error, request: null });
	const request = heard.value;
	const admitted = await admit(parts, message, { request, prepared: standing.prepared });
	if (!admitted.ok) return refuse(parts, message.session, { code: admitted.error, request });
	await recordEvent(parts.audit, { stage: 'plan', decision: 'admitted', record: admitted.value.record });
	if (parts.manifest.policy.aggregation === 'plain') return answerPlainly(parts, admitted.value.record);
	const { prepared, record } = admitted.value;
	if (prepared === null) return join(parts, admitted.value);
	const masked = await answerMasked(parts, record, prepared.member);
	return { ...masked, dropped: [record.session] };
}

/** A release of ours is to be shown to another person: judged like a question, but nothing is charged or counted. */
async function replay(parts: NodeParts, message: ReplayMessage, standing: Standing): Promise<Change> {
	const { session, released } = message;
	if (standing.record !== null) return nothing;
	const heard = await hear(parts, message, standing);
	if (!heard.ok) return refuse(parts, session, { code: heard.error, request: null });
	const request = heard.value;
	const permitted = await permit(parts, message, request);
	if (!permitted.ok) return refuse(parts, session, { code: permitted.error, request });
	const { person, requestId, requestHash, question } = request;
	const { project, purpose } = question;
	await recordPermit(parts.audit, { session, released, person, project, purpose, requestId, requestHash });
	return { record: null, outgoing: [addressed({ kind: 'permit', session })] };
}

/** Round 0 of secure aggregation. */
async function join(parts: NodeParts, { record, terms }: Admitted): Promise<Change> {
	if (terms === null) throw new Error('a secure session has terms');
	const advert = openMember(terms, selfOf(parts, record), parts.random);
	return sessionChange(record, advert);
}

/** One further round; in round 2 the data are read, and only there. */
async function step(parts: NodeParts, message: SecaggMessage, standing: Standing): Promise<Change> {
	const { record, prepared, paused } = standing;
	if (record === null) return prepared === null ? nothing : stepPrepared(parts, prepared, message);
	if (record.ended || record.member === null) return nothing;
	const open = decideStillOpen(record, { nowMs: parts.clock.nowMs(), paused });
	if (!open.ok) return leave(parts, record, open.error);
	const self = selfOf(parts, record);
	const heard = hearAsMember(record.member, message.body, self, parts.random);
	if (!heard.ok) return leave(parts, record, 'session-aborted');
	if (!heard.value.needsInput) {
		if (!heard.value.done) return sessionChange(record, heard.value);
		await recordEvent(parts.audit, { stage: 'mask', decision: 'unmasked', record });
		return sessionChange({ ...record, said: 'opened' }, heard.value);
	}
	return answerMasked(parts, record, heard.value.state);
}

/** Round 2, where the data are read. */
async function answerMasked(parts: NodeParts, record: SessionRecord, state: MemberState): Promise<Change> {
	const reply = replyOf(parts, record);
	return { ...(await maskCounts(parts, record, state)), reply };
}

/** From before the data are read. Also of a refusal: how far their reading came is nobody's to know. */
function replyOf({ manifest, clock }: NodeParts, record: SessionRecord): NonNullable<Change['reply']> {
	return { sinceMs: clock.nowMs(), afterMs: replyTimeOf(manifest.policy, record) };
}

async function maskCounts(parts: NodeParts, record: SessionRecord, state: MemberState): Promise<Change> {
	const self = selfOf(parts, record);
	const attempt = toHex(parts.random.bytes(16));
	const safe = await countSafely(parts, record);
	if (!safe.ok) return leave(parts, record, safe.error);
	const { cells, counts, counted } = safe.value;
	const masked = provideInput(state, { question: questionOf(record), cells, counts }, self);
	if (!masked.ok) return leave(parts, record, 'session-aborted');
	const { session, epoch } = record;
	const { opening } = masked.value;
	const input = opening === null ? null : { session, epoch, opening, ...counted };
	await recordAnswer(parts.audit, record, { input, attempt });
	await parts.ledger.commit(record.session);
	return sessionChange({ ...record, said: 'masked' }, masked.value, input);
}

/** The whole way at once, for a network that trusts its coordinator with each hospital's safe counts. */
async function answerPlainly(parts: NodeParts, record: SessionRecord): Promise<Change> {
	const reply = replyOf(parts, record);
	return { ...(await discloseCounts(parts, record)), reply };
}

async function discloseCounts(parts: NodeParts, record: SessionRecord): Promise<Change> {
	const counted = await countPlainly(parts, record);
	if (!counted.ok) return leave(parts, record, counted.error);
	const cells = encodeSafeCounts(counted.value);
	await recordEvent(parts.audit, { stage: 'disclose', decision: 'answered', record });
	await parts.ledger.commit(record.session);
	const message = { kind: 'plain', session: record.session, epoch: record.epoch, k: parts.k, cells } as const;
	return { record: { ...record, said: 'opened', ended: true }, outgoing: [addressed(message)] };
}

type Counts<T> = Promise<Result<T, RefusalCode>>;

/** What is masked, and what was counted, of what and when, for whoever audits it here. */
interface SafeAnswer {
	readonly cells: readonly SafeCount[];
	readonly counts: readonly RawCount[];
	readonly counted: Counted['counted'];
}

/** For a sum that only opens over enough hospitals; in an exact session with the comparisons after the plan's cells. */
async function countSafely(parts: NodeParts, record: SessionRecord): Counts<SafeAnswer> {
	const { plan, earlier } = record;
	const terms = noiseHospitals(parts.manifest, record.project);
	if (!terms.ok) return terms;
	const noise = drawPlanNoise(plan, parts.manifest.policy, terms.value, parts);
	return inTime(parts, record, async () => {
		const counted = await countConsenting(parts, record);
		if (!counted.ok) return counted;
		const { raw, patients, counted: of } = counted.value;
		if (earlier === undefined)
			return ok({ cells: discloseForSum(plan, raw, noise), counts: raw, counted: of });
		const compared = await compareAnswers(answeringOf(parts, record), { patients, earlier }, parts);
		if (!compared.ok) return compared;
		const counts = [...raw, ...compared.value];
		return ok({ cells: discloseForSum(plan, counts, noise), counts, counted: of });
	});
}

/** For a network that trusts its coordinator with each hospital's safe counts: each judges its own next to its earlier. */
async function countPlainly(parts: NodeParts, record: SessionRecord): Counts<readonly (SafeCount | null)[]> {
	const { plan, earlier } = record;
	const noise = drawPlanNoise(plan, parts.manifest.policy, 1, parts);
	return inTime(parts, record, async () => {
		const counted = await countConsenting(parts, record);
		if (!counted.ok) return counted;
		const { raw, patients } = counted.value;
		const k = networkThreshold(parts.manifest.policy, parts.k);
		const answering = answeringOf(parts, record);
		const isTelling = earlier !== undefined && (await tellsOfFewHere(answering, { patients, k }, parts));
		return ok(isTelling ? hideAll(raw) : disclosePlain(plan, raw, { noise, k }));
	});
}

/** The rest of the reply's time is for drawing noise, masking and storing, which take as long whatever was counted. */
const countingShare = 0.8;

/**
 * From the reading of data on. What cannot be counted, a statement that ran into the database's own limit for one, is
 * overdue too: tried again and given up it would cost nothing, and its end would be seen when it came.
 */
async function inTime<T>(parts: NodeParts, record: SessionRecord, count: () => Counts<T>): Counts<T> {
	const sinceMs = parts.clock.nowMs();
	const countingMs = replyTimeOf(parts.manifest.policy, record) * countingShare;
	const counts = await count().catch((error: unknown) => {
		if (countingMs === 0 || (error instanceof DatabaseFault && error.isOutage)) throw error;
		return err('reply-overdue' as const);
	});
	const isOverdue = countingMs > 0 && parts.clock.nowMs() - sinceMs > countingMs;
	return counts.ok && isOverdue ? err('reply-overdue') : counts;
}

function answeringOf({ manifest }: NodeParts, record: SessionRecord): Answering {
	const { session, project, epoch, plan } = record;
	return { session, project, epoch, plan, roster: [...(rosterOf(manifest, project) ?? [])].sort() };
}

interface Counted {
	readonly raw: readonly RawCount[];
	readonly patients: readonly Ordinal[];
	readonly counted: Pick<KeptInput, 'snapshot' | 'countedMs' | 'agreed'>;
}

async function countConsenting(
	parts: NodeParts,
	record: SessionRecord,
): Promise<Result<Counted, RefusalCode>> {
	const { plan, purpose } = record;
	// Again: a pause since the message came stops the reading too.
	const moment = { nowMs: parts.clock.nowMs(), paused: await parts.sessions.isPaused() };
	const permitted = decideStillPermitted(record, { ...moment, epoch: await parts.snapshots.currentEpoch() });
	if (!permitted.ok) return permitted;
	const { publicData } = parts.manifest.policy;
	const before = await parts.snapshots.currentSnapshot();
	const use = { purpose, dataClasses: plan.dataClasses, nowMs: moment.nowMs, publicData };
	const patients = await consentingPatients(use, parts.consents);
	if (!patients.ok) return patients;
	const raw = await countPatientsOf(plan, patients.value, parts.index);
	const after = await parts.snapshots.currentSnapshot();
	const snapshot = before === after ? after : null;
	const counted = { snapshot, countedMs: moment.nowMs, agreed: patients.value.length };
	return ok({ raw, patients: patients.value, counted });
}
