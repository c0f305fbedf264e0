// Whether the coordinator may open this session here and now: its manifest, its deadline, and whether we are paused.

import {
	err,
	type Manifest,
	manifestHash,
	type OpenMessage,
	ok,
	type RefusalCode,
	type ReplayMessage,
	type Result,
} from '@cordon/shared';
import type { SessionRecord } from '../ports.ts';

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
	const { manifest, hospital, nowMs } = facts;
	if (facts.paused) return err('paused');
	if (message.manifest !== manifestHash(manifest)) return err('manifest-outdated');
	const project = manifest.projects.find((candidate) => candidate.id === message.project);
	if (project === undefined || !project.hospitals.includes(hospital)) return err('unknown-project');
	const latestMs = nowMs + manifest.policy.sessionDeadlineMs + clockSkewMs;
	if (message.deadlineMs <= nowMs || message.deadlineMs > latestMs) return err('request-stale');
	return ok(null);
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
