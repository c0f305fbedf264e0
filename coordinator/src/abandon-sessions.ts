// Collects the hospitals' promises that a session is over unopened, and hands them out once they are enough to prove it.

import {
	type AbandonMessage,
	type AbandonPromise,
	certificateSize,
	isAbandonCertificate,
	isAbandonPromise,
	type SessionTerms,
	sessionTermsOf,
} from '@cordon/shared';
import type { CoordinatorParts } from './ports.ts';
import type { Outgoing, SessionRecord } from './session.ts';

type AbandoningParts = Pick<
	CoordinatorParts,
	'abandonments' | 'sessions' | 'membership' | 'audit' | 'wakeUps' | 'clock' | 'log'
>;

/** A hospital that was away says it when it comes back; after so long a session without a certificate has none. */
const waitsMs = 30 * 24 * 3_600_000;

/** `conflict`: no session of this hospital's, or not its signature. Of a released session it is of no use. */
export async function takePromise(
	parts: AbandoningParts,
	hospital: string,
	{ session, signature }: AbandonMessage,
): Promise<'accepted' | 'conflict'> {
	const record = await parts.sessions.session(session);
	if (record === null || !record.roster.includes(hospital)) return 'conflict';
	if (record.step === 'released') return 'accepted';
	const terms = await termsOf(parts, record);
	if (terms === null || !isAbandonPromise(terms, { hospital, signature })) return 'conflict';
	const nowMs = parts.clock.nowMs();
	const needed = certificateSize(terms.parameters);
	await parts.abandonments.note(
		{ session, hospital, signature },
		{ needed, nowMs, sinceMs: nowMs - waitsMs },
	);
	return 'accepted';
}

/**
 * Tells the hospitals of each session that has ended unopened and that enough of them have given up. One that cannot be
 * told of does not keep the others from it; its error is thrown after them.
 */
export async function certifyAbandoned(parts: AbandoningParts): Promise<void> {
	const failures: unknown[] = [];
	for (const { session, promises } of await parts.abandonments.uncertified()) {
		await certifyOne(parts, session, promises).catch((error: unknown) => failures.push(error));
	}
	if (failures.length > 0) throw failures[0];
}

async function certifyOne(
	parts: AbandoningParts,
	session: string,
	promises: readonly AbandonPromise[],
): Promise<void> {
	const record = await parts.sessions.session(session);
	if (record === null || record.merge !== null || record.step !== 'ended') return;
	const terms = await termsOf(parts, record);
	if (terms !== null && isAbandonCertificate(terms, promises)) await certify(parts, record, promises);
}

/** Logged first: a crash in between logs it once, under one key, and says it then. */
async function certify(
	{ abandonments, audit, wakeUps, log }: AbandoningParts,
	{ session, query, roster }: SessionRecord,
	promises: readonly AbandonPromise[],
): Promise<void> {
	const hospitals = promises.map(({ hospital }) => hospital);
	const body = { event: 'abandoned', session, query, hospitals };
	await audit.append({ key: `${session}/abandoned`, stage: 'merge', decision: 'changed', body });
	const outgoing = roster.map((to): Outgoing => ({ to, message: { kind: 'abandoned', session, promises } }));
	if (!(await abandonments.certify(session, outgoing))) return;
	for (const hospital of roster) wakeUps.wake(hospital);
	log.info('session-abandoned', { session, query });
}

/** Null in a plain network. What a promise is bound to, and how many it takes, does not follow from the mechanism. */
async function termsOf(parts: AbandoningParts, record: SessionRecord): Promise<SessionTerms | null> {
	const stored = await parts.membership.manifest(record.manifest);
	if (stored === null) throw new Error('a session without its manifest');
	const { manifest } = stored;
	if (manifest.policy.aggregation === 'plain') return null;
	const { session, roster } = record;
	const terms = sessionTermsOf(manifest, { session, hospitals: roster, mechanism: 'noised' });
	return terms.ok ? terms.value : null;
}
