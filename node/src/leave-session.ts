// How a node comes out of a session: by a refusal, by a fault of its own accord, at its end, or at its deadline.

import { type EndMessage, publicCodeOf, type RefusalCode } from '@cordon/shared';
import { type Refusal, recordDeparture, recordEvent, recordRefusal } from './audit/record-event.ts';
import type { NodeParts, SessionRecord } from './ports.ts';
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
 * After a fault, or where the right to answer has lapsed since: the session ends here. That counting took too long
 * follows from the data, and what is left of a budget is seen: so it is charged, whatever else is given back.
 */
export async function leave(parts: NodeParts, record: SessionRecord, code: RefusalCode): Promise<Change> {
	const { session } = record;
	await recordDeparture(parts.audit, record, code);
	if (code === 'reply-overdue') await parts.ledger.commit(session);
	const message = { kind: 'refuse', session, code: publicCodeOf(code) } as const;
	return { record: await over(parts, record), outgoing: [addressed(message)] };
}

export async function end(parts: NodeParts, message: EndMessage): Promise<Change> {
	const record = await parts.sessions.find(message.session);
	// A node that died in the middle of an answer has kept no record, and yet a reservation, and whose patients it counted.
	if (record === null || record.earlier !== undefined) {
		await parts.history.settle(message.session, message.outcome);
	}
	if (record === null) {
		await parts.ledger.refundUnsent(message.session);
		return { ...nothing, dropped: [message.session] };
	}
	await recordEvent(parts.audit, { stage: 'audit', decision: message.outcome, record });
	return { record: await over(parts, record), outgoing: [] };
}

/** Resolves with the next deadline of those that are left; infinite where none is. */
export async function endOverdue(parts: NodeParts): Promise<number> {
	const nowMs = parts.clock.nowMs();
	const open = await parts.sessions.openSessions();
	for (const record of open.filter(({ deadlineMs }) => nowMs >= deadlineMs)) {
		await recordDeparture(parts.audit, record, 'session-aborted');
		await parts.sessions.save({ record: await over(parts, record), outgoing: [], cursor: null });
	}
	return Math.min(...open.map(({ deadlineMs }) => deadlineMs).filter((deadlineMs) => nowMs < deadlineMs));
}
