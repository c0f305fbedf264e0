// A query's way through one hospital. This file alone knows the order of the stages; it decides nothing itself.

import {
	type EarlierRelease,
	type EndMessage,
	encodeSafeCounts,
	err,
	networkThreshold,
	type OpenMessage,
	ok,
	openMember,
	type Plan,
	provideInput,
	publicCodeOf,
	type RawCount,
	type RefusalCode,
	type Result,
	receiveAsMember,
	type SafeCount,
	type SecaggMessage,
	type ToNode,
} from '@cordon/shared';
import { type Refusal, recordDeparture, recordEvent, recordRefusal } from './audit/record-event.ts';
import { accessOf } from './authorize/access-of.ts';
import { authorize } from './authorize/authorize.ts';
import { consentingPatients } from './consent/consenting-patients.ts';
import { type Answering, compareAnswers, tellsOfFewHere } from './count/compare-answers.ts';
import { countPatientsOf } from './count/count-patients-of.ts';
import { discloseForSum, disclosePlain, hideAll } from './disclose/disclose-counts.ts';
import { drawPlanNoise } from './disclose/draw-plan-noise.ts';
import { decideTerms, noiseHospitals, rosterOf, selfOf } from './mask/session-terms.ts';
import { decideExact } from './plan/decide-exact.ts';
import { decidePlan, reservePlan } from './plan/reserve-plan.ts';
import type { NodeParts, Ordinal, SessionRecord } from './ports.ts';
import {
	decideOpening,
	decideStillOpen,
	decideStillPermitted,
	type Moment,
} from './receive/decide-opening.ts';
import { type ReceivedRequest, receive } from './receive/receive.ts';
import {
	type Admitted,
	addressed,
	type Change,
	endedRecord,
	newRecord,
	nothing,
	sessionChange,
} from './session-change.ts';

export interface Pipeline {
	/** Deals with one message of the coordinator; durable when it resolves, and harmless when repeated. */
	readonly handle: (sequence: number, message: ToNode) => Promise<void>;
	/** Ends every session past its deadline and drops its secrets, whether or not the coordinator says `end`. */
	readonly endOverdue: () => Promise<void>;
}

export function createPipeline(parts: NodeParts): Pipeline {
	// No open session is overdue before: it spares a look at all of them at each turn.
	let nextDeadlineMs = 0;
	return {
		handle: async (sequence, message) => {
			await refuseRolledBack(parts);
			const change = await answer(parts, message);
			nextDeadlineMs = Math.min(nextDeadlineMs, change.record?.deadlineMs ?? nextDeadlineMs);
			await parts.sessions.save({ ...change, cursor: sequence });
		},
		endOverdue: async () => {
			if (parts.clock.nowMs() < nextDeadlineMs) return;
			await refuseRolledBack(parts);
			nextDeadlineMs = await endOverdue(parts);
		},
	};
}

/** Before anything is written: an entry signed at a place of the log that was signed before would fork it. */
async function refuseRolledBack({ sessions }: NodeParts): Promise<void> {
	await sessions.cursor();
}

function answer(parts: NodeParts, message: ToNode): Promise<Change> {
	if (message.kind === 'open') return open(parts, message);
	if (message.kind === 'secagg') return step(parts, message);
	return end(parts, message);
}

async function open(parts: NodeParts, message: OpenMessage): Promise<Change> {
	if ((await parts.sessions.find(message.session)) !== null) return nothing;
	const heard = await hear(parts, message);
	if (!heard.ok) return refuse(parts, message.session, { code: heard.error, request: null });
	const request = heard.value;
	const admitted = await admit(parts, message, request);
	if (!admitted.ok) return refuse(parts, message.session, { code: admitted.error, request });
	await recordEvent(parts.audit, { stage: 'plan', decision: 'admitted', record: admitted.value.record });
	if (parts.manifest.policy.aggregation === 'plain') return answerPlainly(parts, admitted.value.record);
	return join(parts, admitted.value);
}

/** receive: who asks what, by their own signature. A request found genuine is used up, whatever comes of it. */
async function hear(parts: NodeParts, message: OpenMessage): Promise<Result<ReceivedRequest, RefusalCode>> {
	const { manifest, dictionary, hospital, sessions } = parts;
	const { nowMs, paused } = await momentOf(parts);
	const opening = decideOpening(message, { manifest, hospital, nowMs, paused });
	if (!opening.ok) return opening;
	const seenRequest = async (id: string): Promise<boolean> =>
		!(await sessions.claimRequest(id, message.session));
	const received = await receive(message.signed, { ...parts.identity, seenRequest, nowMs, dictionary });
	if (received.ok && received.value.question.project !== message.project) return err('request-altered');
	return received;
}

/** authorize, plan: what else is decided before data are touched, ending in the reservation. */
async function admit(
	parts: NodeParts,
	message: OpenMessage,
	request: ReceivedRequest,
): Promise<Result<Admitted, RefusalCode>> {
	const { question, person, requestHash } = request;
	const nowMs = parts.clock.nowMs();
	const allowed = await authorize({ person, nowMs, ...accessOf(question) }, parts.access);
	if (!allowed.ok) return allowed;
	const epoch = await parts.snapshots.currentEpoch();
	if (epoch === null) return err('no-data');
	const facts = { question, policy: parts.manifest.policy, dictionary: parts.dictionary };
	const feasible = decidePlan(facts);
	if (!feasible.ok) return feasible;
	const compared = await comparedOf(parts, message, { plan: feasible.value, epoch });
	if (!compared.ok) return compared;
	const vector = { plan: feasible.value, earlier: compared.value };
	const terms = decideTerms(parts.manifest, message, requestHash, vector);
	if (!terms.ok) return terms;
	const plan = await reservePlan(facts, { session: message.session, person, epoch }, parts.ledger);
	if (!plan.ok) return plan;
	return ok({ record: newRecord(message, request, { ...vector, epoch }), terms: terms.value });
}

async function comparedOf(
	{ manifest, history, sessions }: NodeParts,
	{ project, earlier = [] }: OpenMessage,
	asked: { readonly plan: Plan; readonly epoch: string },
): Promise<Result<readonly EarlierRelease[] | null, RefusalCode>> {
	if (asked.plan.mechanism === 'noised') return ok(null);
	const isAnotherOpen = (await sessions.openSessions()).some((open) => open.earlier !== undefined);
	const answers = await history.answers(asked.epoch);
	return decideExact({ ...asked, manifest, project, earlier, isAnotherOpen }, answers);
}

/** Round 0 of secure aggregation. */
async function join(parts: NodeParts, { record, terms }: Admitted): Promise<Change> {
	if (terms === null) throw new Error('a secure session has terms');
	const advert = openMember(terms, selfOf(parts, record), parts.random);
	return sessionChange(record, advert);
}

/** One further round; in round 2 the data are read, and only there. */
async function step(parts: NodeParts, message: SecaggMessage): Promise<Change> {
	const record = await parts.sessions.find(message.session);
	if (record === null || record.ended || record.member === null) return nothing;
	const open = decideStillOpen(record, await momentOf(parts));
	if (!open.ok) return leave(parts, record, open.error);
	const self = selfOf(parts, record);
	const heard = receiveAsMember(record.member, message.body, self, parts.random);
	if (!heard.ok) return leave(parts, record, 'session-aborted');
	if (!heard.value.needsInput) {
		if (heard.value.done) await recordEvent(parts.audit, { stage: 'mask', decision: 'unmasked', record });
		return sessionChange(record, heard.value);
	}
	const safe = await countSafely(parts, record);
	if (!safe.ok) return leave(parts, record, safe.error);
	const masked = provideInput(heard.value.state, safe.value, self);
	if (!masked.ok) return leave(parts, record, 'session-aborted');
	await recordEvent(parts.audit, { stage: 'mask', decision: 'answered', record });
	await parts.ledger.commit(record.session);
	return sessionChange(record, masked.value);
}

/** consent, count, disclose, for a sum that only opens over enough hospitals. */
async function countSafely(
	parts: NodeParts,
	record: SessionRecord,
): Promise<Result<readonly SafeCount[], RefusalCode>> {
	const { plan } = record;
	const terms = noiseHospitals(parts.manifest, record.project);
	if (!terms.ok) return terms;
	const noise = drawPlanNoise(plan, parts.manifest.policy, terms.value, parts.random);
	const counted = await countConsenting(parts, record);
	if (!counted.ok) return counted;
	const { raw, patients } = counted.value;
	const { earlier } = record;
	if (earlier === undefined) return ok(discloseForSum(plan, raw, noise));
	const compared = await compareAnswers(answeringOf(parts, record), { patients, earlier }, parts);
	return compared.ok ? ok(discloseForSum(plan, [...raw, ...compared.value], noise)) : compared;
}

function answeringOf({ manifest }: NodeParts, record: SessionRecord): Answering {
	const { session, project, epoch, plan } = record;
	return { session, project, epoch, plan, roster: [...(rosterOf(manifest, project) ?? [])].sort() };
}

/** The whole way at once, for a network that trusts its coordinator with each hospital's safe counts. */
async function answerPlainly(parts: NodeParts, record: SessionRecord): Promise<Change> {
	const { plan } = record;
	const noise = drawPlanNoise(plan, parts.manifest.policy, 1, parts.random);
	const counted = await countConsenting(parts, record);
	if (!counted.ok) return leave(parts, record, counted.error);
	const { raw, patients } = counted.value;
	const k = networkThreshold(parts.manifest.policy, parts.k);
	const isCompared = record.earlier !== undefined;
	const isTelling = isCompared && (await tellsOfFewHere(answeringOf(parts, record), { patients, k }, parts));
	const cells = encodeSafeCounts(isTelling ? hideAll(raw) : disclosePlain(plan, raw, { noise, k }));
	await recordEvent(parts.audit, { stage: 'disclose', decision: 'answered', record });
	await parts.ledger.commit(record.session);
	const message = { kind: 'plain', session: record.session, epoch: record.epoch, k: parts.k, cells } as const;
	return { record: { ...record, ended: true }, outgoing: [addressed(message)] };
}

interface Counted {
	readonly raw: readonly RawCount[];
	readonly patients: readonly Ordinal[];
}

async function countConsenting(
	parts: NodeParts,
	record: SessionRecord,
): Promise<Result<Counted, RefusalCode>> {
	const { plan, purpose } = record;
	const moment = await momentOf(parts);
	const permitted = decideStillPermitted(record, { ...moment, epoch: await parts.snapshots.currentEpoch() });
	if (!permitted.ok) return permitted;
	const { nowMs } = moment;
	const { publicData } = parts.manifest.policy;
	const use = { purpose, dataClasses: plan.dataClasses, nowMs, publicData };
	const patients = await consentingPatients(use, parts.consents);
	if (!patients.ok) return patients;
	return ok({
		raw: await countPatientsOf(plan, patients.value, parts.index),
		patients: patients.value,
	});
}

async function refuse(parts: NodeParts, session: string, refusal: Refusal): Promise<Change> {
	await recordRefusal(parts.audit, session, refusal);
	return {
		record: null,
		outgoing: [addressed({ kind: 'refuse', session, code: publicCodeOf(refusal.code) })],
	};
}

/** After a fault, or where the right to answer has lapsed since: the session ends here, and the charge stands. */
async function leave(parts: NodeParts, record: SessionRecord, code: RefusalCode): Promise<Change> {
	const { session } = record;
	await recordDeparture(parts.audit, record, code);
	const message = { kind: 'refuse', session, code: publicCodeOf(code) } as const;
	return { record: endedRecord(record), outgoing: [addressed(message)] };
}

async function end(parts: NodeParts, message: EndMessage): Promise<Change> {
	const record = await parts.sessions.find(message.session);
	if (record === null) return nothing;
	await recordEvent(parts.audit, { stage: 'audit', decision: message.outcome, record });
	if (record.earlier !== undefined) await parts.history.settle(record.session, message.outcome);
	return { record: endedRecord(record), outgoing: [] };
}

/** Resolves with the next deadline of those that are left; infinite where none is. */
async function endOverdue(parts: NodeParts): Promise<number> {
	const nowMs = parts.clock.nowMs();
	const open = await parts.sessions.openSessions();
	for (const record of open.filter(({ deadlineMs }) => nowMs >= deadlineMs)) {
		await recordDeparture(parts.audit, record, 'session-aborted');
		await parts.sessions.save({ record: endedRecord(record), outgoing: [], cursor: null });
	}
	return Math.min(...open.map(({ deadlineMs }) => deadlineMs).filter((deadlineMs) => nowMs < deadlineMs));
}

async function momentOf(parts: NodeParts): Promise<Moment> {
	return { nowMs: parts.clock.nowMs(), paused: await parts.sessions.isPaused() };
}
