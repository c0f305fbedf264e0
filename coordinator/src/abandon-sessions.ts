// Collects the hospitals' promises that a session is over unopened, and hands them out once they are enough to prove it.

import {
	type AbandonMessage,
	type AbandonPromise,
	isAbandonCertificate,
	isAbandonPromise,
	type SessionTerms,
	sessionTermsOf,
} from '@cordon/shared';
import type { CoordinatorParts } from './ports.ts';
import type { Outgoing, SessionRecord } from './session.ts';
import type { rememberedFacts } from './session-facts.ts';

type AbandoningParts = Pick<
	CoordinatorParts,
	'abandonments' | 'sessions' | 'membership' | 'audit' | 'wakeUps' | 'clock' | 'log'
> & { readonly factsOf: ReturnType<typeof rememberedFacts> };

/** A hospital that was away says it when it comes back; after so long a session without a certificate has none. */
const waitsMs = 30 * 24 * 3_600_000;

/** `conflict`: no session of this hospital's, or not its signature. */
export async function takePromise(
	parts: AbandoningParts,
	hospital: string,
	{ session, signature }: AbandonMessage,
): Promise<'accepted' | 'conflict'> {
	const record = await parts.sessions.session(session);
	if (record === null || !record.roster.includes(hospital)) return 'conflict';
	const terms = await termsOf(parts, record);
	if (terms === null || !isAbandonPromise(terms, { hospital, signature })) return 'conflict';
	await parts.abandonments.note({ session, hospital, signature }, parts.clock.nowMs());
	return 'accepted';
}

/** Tells the hospitals of each session that has ended unopened and that enough of them have given up. */
export async function certifyAbandoned(parts: AbandoningParts): Promise<void> {
	const sinceMs = parts.clock.nowMs() - waitsMs;
	for (const { session, promises } of await parts.abandonments.uncertified(sinceMs)) {
		const record = await parts.sessions.session(session);
		if (record === null || record.merge !== null || record.step !== 'ended') continue;
		const terms = await termsOf(parts, record);
		if (terms === null || !isAbandonCertificate(terms, promises)) continue;
		await certify(parts, record, promises);
	}
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

/** Null in a plain network, and of a replay, which has no shares. */
async function termsOf(parts: AbandoningParts, record: SessionRecord): Promise<SessionTerms | null> {
	const stored = await parts.membership.manifest(record.manifest);
	if (stored === null) throw new Error('a session without its manifest');
	const { manifest } = stored;
	if (manifest.policy.aggregation === 'plain' || record.merge?.kind === 'replay') return null;
	const { mechanism } = (await parts.factsOf(record)).plan;
	const { session, roster } = record;
	const terms = sessionTermsOf(manifest, { session, hospitals: roster, mechanism });
	return terms.ok ? terms.value : null;
}
