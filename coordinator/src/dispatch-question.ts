// A question's way from the door to the hospitals, or to the release that answers it already; a part of the pipeline.

import { err, ok, questionTermsOf, type Result, toHex } from '@cordon/shared';
import { openedEntry, refusedEntry } from './audit/decision-entries.ts';
import { beginExact } from './dispatch/begin-exact.ts';
import { openSession } from './dispatch/open-session.ts';
import { releaseKeyOf } from './dispatch/release-key.ts';
import { openMerge } from './merge/open-merge.ts';
import { askPrepared } from './merge/prepared-session.ts';
import type { CoordinatorParts, StoredManifest } from './ports.ts';
import type { Preparing } from './prepare-sessions.ts';
import { joinRelease } from './replay-release.ts';
import type { PreparedSession, QueryRecord } from './session.ts';
import { newQuery } from './session-facts.ts';
import type { Rejection } from './submit/admit-question.ts';
import type { Submission } from './submit/submit.ts';
import type { Turns } from './turns.ts';

type Dispatching = CoordinatorParts & { readonly preparing: Preparing; readonly turns: Turns };

type Asked = Promise<Result<{ readonly id: string }, Rejection>>;

/** Errors  those of `beginExact`, and `request-replayed`. Durable when it resolves. */
export async function dispatchQuestion(
	parts: Dispatching,
	manifest: StoredManifest,
	submission: Submission,
): Asked {
	const known = await parts.sessions.queryOfRequest(submission.requestDigest);
	if (known !== null) return sameRequest(known, submission);
	const { receiverKey, question } = submission;
	const key = releaseKeyOf(question, { manifest: manifest.hash, nowMs: parts.clock.nowMs(), receiverKey });
	// Two who ask the same at one moment: the second finds the first's, and is not refused because that is under way.
	return parts.turns.inTurn(`release/${key}`, () => joinOrOpen(parts, { manifest, submission }, key));
}

async function joinOrOpen(
	parts: Dispatching,
	{ manifest, submission }: { readonly manifest: StoredManifest; readonly submission: Submission },
	key: string,
): Asked {
	const { plan, question } = submission;
	const query = newQuery(parts.random, manifest, submission);
	// Not compared with earlier exact answers, and not counted as one more: it is one of them.
	if ((await parts.sessions.heldRelease(key)) !== null)
		return ok({ id: await joinRelease(parts, { query, manifest, submission, key }) });
	const purpose = { project: question.project, mechanism: plan.mechanism };
	const prepared = await parts.preparing.takeReady(manifest, purpose);
	const session = prepared?.session ?? query.session;
	const compared = await beginExact({ ...submission, session, manifest: manifest.manifest }, parts);
	if (!compared.ok) {
		if (prepared !== null) await parts.preparing.putBack(prepared);
		return refuseKnown(parts, submission, { code: compared.error, issues: [] });
	}
	const asked = { query: { ...query, session }, prepared, earlier: compared.value, key };
	return openQuestion(parts, { manifest, submission }, asked);
}

interface Opening {
	readonly query: QueryRecord;
	readonly prepared: PreparedSession | null;
	readonly earlier: Parameters<typeof openMerge>[0]['earlier'];
	readonly key: string;
}

async function openQuestion(
	parts: Dispatching,
	{ manifest, submission }: { readonly manifest: StoredManifest; readonly submission: Submission },
	{ query, prepared, earlier, key }: Opening,
): Asked {
	const { session } = query;
	const { roster, plan, signed, requestHash, receiverKey, question } = submission;
	const terms = { session, manifest: manifest.manifest, roster, requestHash, receiverKey, plan, earlier };
	const { record, outgoing } = openSession({
		session,
		query: query.id,
		manifest: manifest.hash,
		project: question.project,
		roster,
		policy: manifest.manifest.policy,
		signed,
		merge: prepared === null ? openMerge(terms) : askPrepared(prepared, questionTermsOf(terms)),
		earlier,
		isPrepared: prepared !== null,
		nowMs: parts.clock.nowMs(),
	});
	await parts.audit.append(openedEntry(query, record));
	const stored = await parts.sessions.open(query, record, outgoing, key);
	if (stored.outcome !== 'opened' && earlier !== null) await parts.exact.end(session, null);
	// Asked at the same moment by another: what was logged of this session is what it would have been.
	if (stored.outcome === 'held') {
		const joining = { ...query, session: toHex(parts.random.bytes(32)) };
		return ok({ id: await joinRelease(parts, { query: joining, manifest, submission, key }) });
	}
	if (stored.outcome === 'opened') for (const hospital of roster) parts.wakeUps.wake(hospital);
	parts.log.info('question-dispatched', { query: stored.id, session });
	return ok({ id: stored.id });
}

/** Of a person who is known: each refusal has its entry in the log. */
export async function refuseKnown(
	{ audit, log }: Pick<CoordinatorParts, 'audit' | 'log'>,
	{ requestDigest, person }: Pick<Submission, 'requestDigest' | 'person'>,
	{ code, issues }: Rejection,
): Promise<Result<never, Rejection>> {
	await audit.append(refusedEntry({ requestDigest, person, code }));
	log.info('question-refused', { code });
	return err({ code, issues });
}

function sameRequest(
	known: { readonly id: string; readonly person: string },
	submission: Submission,
): Result<{ readonly id: string }, Rejection> {
	return known.person === submission.person
		? ok({ id: known.id })
		: err({ code: 'request-replayed', issues: [] });
}
