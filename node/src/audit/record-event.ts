// What a hospital's log says of each outcome: the stage, the class of decision, ids and codes; never a number.

import {
	type AuditLog,
	type Decision,
	inputCommitment,
	type NodeStage,
	type RefusalCode,
	toHex,
	type Wire,
} from '@cordon/shared';
import type { KeptInput, SessionRecord } from '../session.ts';

export interface SessionEvent {
	readonly stage: NodeStage;
	readonly decision: Decision;
	readonly record: SessionRecord;
}

export async function recordEvent(log: AuditLog, event: SessionEvent): Promise<void> {
	const { stage, decision, record } = event;
	await log.append({ key: `${record.session}/${decision}`, stage, decision, body: bodyOf(record) });
}

/** Begins the key of each entry that says a session was answered. */
export function answerKey(session: string): string {
	return `${session}/answered`;
}

/** A commitment as a leaf holds it: hex. */
export function subjectOf({ opening }: Pick<KeptInput, 'opening'>): string {
	return toHex(Buffer.from(inputCommitment(opening), 'base64url'));
}

/**
 * The commitment stands in the leaf, where this hospital's own daemon can find it again: a body only the compliance
 * officer opens. The salt is in neither. One entry each time that it is tried, whatever was counted: after a crash the
 * number of entries would else tell whether somebody in the table withdrew in between. `attempt` is hex, drawn for it.
 */
export async function recordAnswer(
	log: AuditLog,
	record: SessionRecord,
	{ input, attempt }: { readonly input: KeptInput | null; readonly attempt: string },
): Promise<void> {
	const event = { stage: 'mask', decision: 'answered', record } as const;
	if (input === null) return recordEvent(log, event);
	const { stage, decision } = event;
	const key = `${answerKey(record.session)}/${attempt}`;
	await log.append({ key, stage, decision, body: bodyOf(record), subject: subjectOf(input) });
}

/** A session that had been admitted and is left: the exact code says why. */
export async function recordDeparture(
	log: AuditLog,
	record: SessionRecord,
	code: RefusalCode,
): Promise<void> {
	await log.append({
		key: `${record.session}/aborted`,
		stage: stages[code] ?? 'mask',
		decision: 'aborted',
		body: { ...bodyOf(record), code },
	});
}

/** What a session cost was given back: `hospitals` have promised that its sum is never opened. */
export async function recordRefund(
	log: AuditLog,
	record: SessionRecord,
	hospitals: readonly string[],
): Promise<void> {
	await log.append({
		key: `${record.session}/refunded`,
		stage: 'audit',
		decision: 'changed',
		body: { event: 'refunded', ...bodyOf(record), hospitals },
	});
}

/** Somebody here opens what was answered; before it is opened, and whatever comes of it. */
export async function recordOpening(
	log: AuditLog,
	{ session, counts, nowMs }: { readonly session: string; readonly counts: boolean; readonly nowMs: number },
): Promise<void> {
	const body = { event: 'input-opened', session, counts };
	await log.append({
		key: `${session}/opened/${nowMs}/${counts}`,
		stage: 'audit',
		decision: 'changed',
		body,
	});
}

function bodyOf(record: SessionRecord): Readonly<Record<string, Wire>> {
	const { session, person, project, purpose, epoch, requestHash, plan } = record;
	const { askKind: ask, mechanism, epsilonMicros, dataClasses } = plan;
	return {
		session,
		person,
		project,
		purpose,
		epoch,
		requestHash,
		ask,
		mechanism,
		epsilonMicros,
		dataClasses,
	};
}

/** `request` is what had been verified by then: who was refused what; null where nothing had. */
export interface Refusal {
	readonly code: RefusalCode;
	readonly request: {
		readonly person: string;
		readonly requestId: string;
		readonly requestHash: string;
	} | null;
}

/** The exact code stays here; the researcher is told the coarse one. */
export async function recordRefusal(log: AuditLog, session: string, refusal: Refusal): Promise<void> {
	const { code, request } = refusal;
	const known =
		request === null
			? {}
			: { person: request.person, requestId: request.requestId, requestHash: request.requestHash };
	await log.append({
		// A coordinator that opens one session again with other requests cannot hide behind the first refusal.
		key: `${session}/refused/${code}/${request?.requestId ?? ''}`,
		stage: stageOf(code),
		decision: 'refused',
		body: { session, code, ...known },
	});
}

export interface Permit {
	readonly session: string;
	/** The session whose release is shown. */
	readonly released: string;
	readonly person: string;
	readonly project: string;
	readonly purpose: string;
	readonly requestId: string;
	readonly requestHash: string;
}

/** A release is shown to another person; nothing is charged, and no patient is read. */
export async function recordPermit(log: AuditLog, permit: Permit): Promise<void> {
	const body = { event: 'replay', ...permit };
	const key = `${permit.session}/permitted/${permit.requestId}`;
	await log.append({ key, stage: 'plan', decision: 'admitted', body });
}

const stages: Readonly<Partial<Record<RefusalCode, NodeStage>>> = {
	'unknown-project': 'authorize',
	'not-a-member': 'authorize',
	'ask-not-permitted': 'authorize',
	'dataset-not-approved': 'authorize',
	'exact-not-granted': 'authorize',
	'purpose-not-permitted': 'authorize',
	'policy-unavailable': 'authorize',
	'consent-unavailable': 'consent',
	'mechanism-not-permitted': 'plan',
	'budget-exhausted': 'plan',
	'ledger-unavailable': 'plan',
	'epsilon-over-cap': 'plan',
	'sensitivity-unknown': 'plan',
	'too-many-cells': 'plan',
	'noise-too-large': 'plan',
	'ask-needs-visible': 'plan',
	'no-data': 'plan',
	'release-unknown': 'plan',
};

function stageOf(code: RefusalCode): NodeStage {
	return stages[code] ?? 'receive';
}
