// The small values a pipeline step ends in: what to remember of a session, and what to say because of it.

import {
	canonicalJson,
	type EarlierRelease,
	hashParts,
	type MemberStep,
	type OpenMessage,
	type Plan,
	packForCollector,
	queryHash,
	type SessionTerms,
	type ToCoordinator,
	toHex,
} from '@cordon/shared';
import type { ReceivedRequest } from './receive/receive.ts';
import type { KeptInput, OutgoingMessage, PreparedRecord, SessionChange, SessionRecord } from './session.ts';

export interface Change extends Omit<SessionChange, 'cursor'> {
	/** It follows from patients' data: said so long after the moment when they were about to be read; milliseconds. */
	readonly reply?: { readonly sinceMs: number; readonly afterMs: number };
}

export interface Admitted {
	readonly record: SessionRecord;
	readonly terms: SessionTerms | null;
	/** The keys and shares that the session is to be answered with; null where they are exchanged after the question. */
	readonly prepared: PreparedRecord | null;
}

export interface Planned {
	readonly plan: Plan;
	readonly epoch: string;
	/** Earlier exact answers to compare with; null where nothing is compared. */
	readonly earlier: readonly EarlierRelease[] | null;
}

export const nothing: Change = { record: null, outgoing: [] };

export function newRecord(
	message: OpenMessage,
	request: ReceivedRequest,
	{ plan, epoch, earlier }: Planned,
): SessionRecord {
	return {
		session: message.session,
		requestId: request.requestId,
		requestHash: request.requestHash,
		receiverKey: request.receiverKey,
		queryHash: queryHash(request.question.query),
		ended: false,
		person: request.person,
		project: message.project,
		purpose: request.question.purpose,
		epoch,
		plan,
		tokenExpiresMs: request.tokenExpiresMs,
		deadlineMs: message.deadlineMs,
		said: 'nothing',
		manifest: message.manifest,
		member: null,
		...(earlier === null ? {} : { earlier }),
	};
}

/** Drops the session's keys and shares with the machine's state. */
export function endedRecord(record: SessionRecord): SessionRecord {
	return { ...record, ended: true, member: null };
}

/** `input`: what opens the commitment of a masked input, kept in the same commit. */
export function sessionChange(
	record: SessionRecord,
	step: MemberStep,
	input: KeptInput | null = null,
): Change {
	const { session } = record;
	const { state, send } = step;
	const body = send === null ? null : packForCollector(send, state.terms);
	const outgoing = body === null ? [] : [addressed({ kind: 'secagg', session, body })];
	return { record: { ...record, member: state }, outgoing, ...(input === null ? {} : { input }) };
}

/** The id is the message's own hash, so that the same message can never be two messages. */
export function addressed(message: ToCoordinator): OutgoingMessage {
	return { id: toHex(hashParts('cordon-outgoing/1', canonicalJson(message))), message };
}
