// Whether the coordinator may open this session here and now: its manifest, its deadline, and whether we are paused.

import {
	err,
	type Manifest,
	manifestHash,
	type OpenMessage,
	ok,
	type PrepareMessage,
	preparedLifeMs,
	type RefusalCode,
	type ReplayMessage,
	type Result,
} from '@cordon/shared';
import type { PreparedRecord, SessionRecord } from '../session.ts';

/** How far two clocks of the network may differ (design/PRIVACY.md section 2, rule 7). */
export const clockSkewMs = 60_000;

export interface OpeningFacts {
	readonly manifest: Manifest;
	readonly hospital: string;
	readonly nowMs: number;
	readonly paused: boolean;
}

/**
 * Errors  `paused`; `manifest-outdated` the coordinator means another manifest than ours; `unknown-project` we are
 *         not on its roster; `request-stale` the deadline has passed or lies beyond the policy's.
 */
export function decideOpening(
	message: OpenMessage | ReplayMessage,
	facts: OpeningFacts,
): Result<null, RefusalCode> {
	const isOurs = decideTakingPart(message, facts);
	if (!isOurs.ok) return isOurs;
	const latestMs = facts.nowMs + facts.manifest.policy.sessionDeadlineMs + clockSkewMs;
	if (message.deadlineMs <= facts.nowMs || message.deadlineMs > latestMs) return err('request-stale');
	return ok(null);
}

/** As many as a coordinator of a busy network has use for; each holds secrets and room in the database. */
const mostPrepared = 64;

/**
 * Whether keys may be exchanged now for a session that is asked later. No person and no data are in it.
 *
 * Errors  those of `decideOpening`; `mechanism-not-permitted` a plain network, or a mechanism that is not listed;
 *         `session-aborted` too many sessions wait already.
 */
export function decidePreparing(
	message: PrepareMessage,
	facts: OpeningFacts & { readonly waiting: number },
): Result<null, RefusalCode> {
	const isOurs = decideTakingPart(message, facts);
	if (!isOurs.ok) return isOurs;
	const { aggregation, mechanisms } = facts.manifest.policy;
	if (aggregation === 'plain' || !mechanisms.includes(message.mechanism))
		return err('mechanism-not-permitted');
	const latestMs = facts.nowMs + preparedLifeMs + clockSkewMs;
	if (message.expiresMs <= facts.nowMs || message.expiresMs > latestMs) return err('request-stale');
	return facts.waiting < mostPrepared ? ok(null) : err('session-aborted');
}

/**
 * Whether a prepared session may be asked this. One of another epoch dies with it: its advert names the old one.
 *
 * Errors  `session-aborted` there is none, it is past its time, its shares have not come, or it is another project's,
 *         mechanism's, epoch's or manifest's.
 */
export function decideAsking(
	prepared: PreparedRecord | null,
	asked: Pick<PreparedRecord, 'project' | 'mechanism' | 'epoch'> & {
		readonly manifest: string;
		readonly nowMs: number;
	},
): Result<PreparedRecord, RefusalCode> {
	const fits =
		prepared !== null &&
		prepared.project === asked.project &&
		prepared.mechanism === asked.mechanism &&
		prepared.epoch === asked.epoch &&
		prepared.member.terms.manifestHash === asked.manifest &&
		prepared.member.phase === 'delivered' &&
		asked.nowMs < prepared.expiresMs;
	return fits ? ok(prepared) : err('session-aborted');
}

function decideTakingPart(
	message: Pick<OpenMessage, 'manifest' | 'project'>,
	{ manifest, hospital, paused }: OpeningFacts,
): Result<null, RefusalCode> {
	if (paused) return err('paused');
	if (message.manifest !== manifestHash(manifest)) return err('manifest-outdated');
	const project = manifest.projects.find((candidate) => candidate.id === message.project);
	const isOnRoster = project?.hospitals.includes(hospital) ?? false;
	return isOnRoster ? ok(null) : err('unknown-project');
}

export type Moment = Pick<OpeningFacts, 'nowMs' | 'paused'>;

/** Asked before every further round: a pause stops answering at once, and a session does not outlive its deadline. */
export function decideStillOpen(record: SessionRecord, { nowMs, paused }: Moment): Result<null, RefusalCode> {
	if (paused) return err('paused');
	return nowMs < record.deadlineMs ? ok(null) : err('session-aborted');
}

/**
 * Asked just before data are read: the right to ask may have run out since, and the data may be another epoch's than
 * the one that was signed and charged.
 */
export function decideStillPermitted(
	record: SessionRecord,
	moment: Moment & { readonly epoch: string | null },
): Result<null, RefusalCode> {
	if (moment.nowMs >= record.tokenExpiresMs) return err('token-expired');
	if (moment.epoch !== record.epoch) return err('session-aborted');
	return decideStillOpen(record, moment);
}
