// How a node comes out of a session: by a refusal, by a fault of its own accord, at its end, or at its deadline.

import {
	type AbandonedMessage,
	type EndMessage,
	isAbandonCertificate,
	manifestHash,
	promiseAbandon,
	publicCodeOf,
	type RefusalCode,
	type SessionTerms,
} from '@cordon/shared';
import {
	type Refusal,
	recordDeparture,
	recordEvent,
	recordRefund,
	recordRefusal,
} from './audit/record-event.ts';
import { decideTerms } from './mask/session-terms.ts';
import type { NodeParts, Standing } from './ports.ts';
import type { OutgoingMessage, SessionRecord } from './session.ts';
import { addressed, type Change, endedRecord, nothing } from './session-change.ts';

export async function refuse(parts: NodeParts, session: string, refusal: Refusal): Promise<Change> {
	await recordRefusal(parts.audit, session, refusal);
	return {
		record: null,
		outgoing: [addressed({ kind: 'refuse', session, code: publicCodeOf(refusal.code) })],
	};
}

/** Nothing more is said of it. Where nothing that depends on data was said either, it costs nothing. */
async function over(parts: NodeParts, record: SessionRecord): Promise<SessionRecord> {
	await parts.ledger.refundUnsent(record.session);
	return endedRecord(record);
}

/**
 * This hospital's word that it has not helped to open the session's sum and never will: to be kept with the change that
 * ends it, and so to be given once. A record that has ended already gave it then, or came from a backup, of which nobody
 * knows what was said since.
 */
function promiseOf(parts: NodeParts, record: SessionRecord): readonly OutgoingMessage[] {
	const { session, ended, said } = record;
	if (ended || said === undefined || said === 'opened') return [];
	const terms = termsOf(parts, record);
	if (terms === null) return [];
	const { signature } = promiseAbandon(terms, parts);
	return [addressed({ kind: 'abandon', session, signature })];
}

/** Null in a plain network, and where another manifest is in force by now: its roster may need fewer promises. */
function termsOf({ manifest }: NodeParts, record: SessionRecord): SessionTerms | null {
	if (record.manifest !== manifestHash(manifest)) return null;
	const terms = decideTerms(manifest, record, record.plan.mechanism);
	return terms.ok ? terms.value : null;
}

/**
 * After a fault, or where the right to answer has lapsed since: the session ends here. That counting took too long
 * follows from the data, and what is left of a budget is seen: so it is charged, whatever else is given back.
 */
export async function leave(parts: NodeParts, record: SessionRecord, code: RefusalCode): Promise<Change> {
	const { session } = record;
	// The ledger is written to before the session is: a store that went back must be found out first.
	await parts.sessions.cursor();
	await recordDeparture(parts.audit, record, code);
	if (code === 'reply-overdue') await parts.ledger.commit(session);
	const message = { kind: 'refuse', session, code: publicCodeOf(code) } as const;
	return { record: await over(parts, record), outgoing: [addressed(message), ...promiseOf(parts, record)] };
}

export async function end(
	parts: NodeParts,
	message: EndMessage,
	{ record }: Pick<Standing, 'record'>,
): Promise<Change> {
	// A node that died in the middle of an answer has kept no record, and yet a reservation, and whose patients it counted.
	if (record === null || record.earlier !== undefined) {
		await parts.history.settle(message.session, message.outcome);
	}
	if (record === null) {
		await parts.ledger.refundUnsent(message.session);
		return { ...nothing, dropped: [message.session] };
	}
	await recordEvent(parts.audit, { stage: 'audit', decision: message.outcome, record });
	const outgoing = message.outcome === 'aborted' ? promiseOf(parts, record) : [];
	return { record: await over(parts, record), outgoing };
}

/**
 * Enough others have given their word: the sum of the session can never be opened, whoever has sent a vector for it, so
 * what it cost is given back. Not where counting took too long: that told of the data, and was not under any mask.
 */
export async function abandoned(
	parts: NodeParts,
	message: AbandonedMessage,
	{ record }: Pick<Standing, 'record'>,
): Promise<Change> {
	const { ledger, audit } = parts;
	if (record === null) return nothing;
	const terms = termsOf(parts, record);
	if (terms === null || !isAbandonCertificate(terms, message.promises)) return nothing;
	// What a hospital is charged that has sent no vector is for its lateness.
	const hasSent = record.said === 'masked' || record.said === 'opened';
	if (hasSent) {
		const hospitals = message.promises.map(({ hospital }) => hospital);
		// Before it is done, under one key: after a crash in between it is done, and not logged twice.
		await recordRefund(audit, record, hospitals);
		await ledger.refundAbandoned(record.session);
	}
	const outgoing = promiseOf(parts, record);
	return { record: await over(parts, record), outgoing, forgotten: [record.session] };
}

/** Resolves with the next deadline of those that are left, past where one had gone on meanwhile; infinite where none is. */
export async function endOverdue(parts: NodeParts): Promise<number> {
	const nowMs = parts.clock.nowMs();
	const open = await parts.sessions.openSessions();
	const overdue = open.filter(({ deadlineMs }) => nowMs >= deadlineMs);
	for (const record of overdue) {
		await recordDeparture(parts.audit, record, 'session-aborted');
		const outgoing = promiseOf(parts, record);
		await parts.sessions.save({ record: await over(parts, record), outgoing, cursor: null });
	}
	const left = overdue.length === 0 ? open : await parts.sessions.openSessions();
	return Math.min(...left.map(({ deadlineMs }) => deadlineMs));
}
