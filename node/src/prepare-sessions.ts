// Rounds 0 and 1 of sessions that are asked later: keys and shares only, no person, no question and no patient.

import {
	err,
	hearAsMember,
	type MemberBody,
	ok,
	openMember,
	type PrepareMessage,
	packForCollector,
	publicCodeOf,
	type RefusalCode,
	type Result,
	type SecaggMessage,
} from '@cordon/shared';
import { decideTerms, selfOf } from './mask/session-terms.ts';
import type { NodeParts, Standing } from './ports.ts';
import { decidePreparing } from './receive/decide-opening.ts';
import type { PreparedRecord } from './session.ts';
import { addressed, type Change, nothing } from './session-change.ts';

/** A refusal is not logged: nobody asked for anything yet. */
export async function prepare(
	parts: NodeParts,
	message: PrepareMessage,
	{ record, prepared, paused }: Standing,
): Promise<Change> {
	const { session } = message;
	const { random } = parts;
	if (record !== null || prepared !== null) return nothing;
	const opened = await openPrepared(parts, message, paused);
	if (!opened.ok) return giveUp(session, opened.error);
	const { terms, epoch } = opened.value;
	const step = openMember(terms, selfOf(parts, { epoch }), random);
	const { project, mechanism, expiresMs } = message;
	return changeTo({ session, project, mechanism, epoch, expiresMs, member: step.state }, step.send);
}

/** One further message of a session that waits. Its shares have come when nothing is left to say. */
export function stepPrepared(parts: NodeParts, record: PreparedRecord, message: SecaggMessage): Change {
	if (parts.clock.nowMs() >= record.expiresMs) return giveUp(record.session, 'session-aborted');
	const heard = hearAsMember(record.member, message.body, selfOf(parts, record), parts.random);
	if (!heard.ok) return giveUp(record.session, 'session-aborted');
	const { state, send } = heard.value;
	return changeTo({ ...record, member: state }, send);
}

/** Drops what has waited too long. Resolves with the next time at which something will have; infinite: nothing waits. */
export async function dropExpired({ sessions, clock }: NodeParts): Promise<number> {
	const nowMs = clock.nowMs();
	const waiting = await sessions.preparedSessions();
	const expired = waiting.filter(({ expiresMs }) => nowMs >= expiresMs).map(({ session }) => session);
	if (expired.length > 0) {
		await sessions.save({ record: null, outgoing: [], dropped: expired, cursor: null });
	}
	return Math.min(...waiting.map(({ expiresMs }) => expiresMs).filter((expiresMs) => nowMs < expiresMs));
}

/** Tells the coordinator of sessions that can no longer be asked, since other data are in force than their adverts name. */
export async function dropOutdated({
	sessions,
	snapshots,
}: Pick<NodeParts, 'sessions' | 'snapshots'>): Promise<void> {
	const current = await snapshots.currentEpoch();
	for (const { session, epoch } of await sessions.preparedSessions()) {
		if (epoch !== current) await sessions.save({ ...giveUp(session, 'session-aborted'), cursor: null });
	}
}

type Terms = NonNullable<Extract<ReturnType<typeof decideTerms>, { readonly ok: true }>['value']>;

async function openPrepared(
	parts: NodeParts,
	message: PrepareMessage,
	paused: boolean,
): Promise<Result<{ readonly terms: Terms; readonly epoch: string }, RefusalCode>> {
	const { sessions, manifest, hospital, clock, snapshots } = parts;
	const facts = {
		manifest,
		hospital,
		nowMs: clock.nowMs(),
		paused,
		waiting: (await sessions.preparedSessions()).length,
	};
	const allowed = decidePreparing(message, facts);
	if (!allowed.ok) return allowed;
	const epoch = await snapshots.currentEpoch();
	if (epoch === null) return err('no-data');
	const terms = decideTerms(manifest, message, message.mechanism);
	if (!terms.ok) return terms;
	if (terms.value === null) throw new Error('a secure session has terms');
	return ok({ terms: terms.value, epoch });
}

function changeTo(prepared: PreparedRecord, send: MemberBody | null): Change {
	const { session, member } = prepared;
	const body = send === null ? null : packForCollector(send, member.terms);
	const outgoing = body === null ? [] : [addressed({ kind: 'secagg', session, body })];
	return { record: null, prepared, outgoing };
}

function giveUp(session: string, code: RefusalCode): Change {
	return {
		record: null,
		dropped: [session],
		outgoing: [addressed({ kind: 'refuse', session, code: publicCodeOf(code) })],
	};
}
