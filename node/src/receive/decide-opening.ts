// Whether the coordinator may open this session here and now: its manifest, its deadline, and whether we are paused.

import {
	err,
	type Manifest,
	manifestHash,
	type OpenMessage,
	ok,
	type RefusalCode,
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
export function decideOpening(message: OpenMessage, facts: OpeningFacts): Result<null, RefusalCode> {
	const { manifest, hospital, nowMs } = facts;
	if (facts.paused) return err('paused');
	if (message.manifest !== manifestHash(manifest)) return err('manifest-outdated');
	const project = manifest.projects.find((candidate) => candidate.id === message.project);
	if (project === undefined || !project.hospitals.includes(hospital)) return err('unknown-project');
	const latestMs = nowMs + manifest.policy.sessionDeadlineMs + clockSkewMs;
	if (message.deadlineMs <= nowMs || message.deadlineMs > latestMs) return err('request-stale');
	return ok(null);
}

/** Asked again just before data are read: the token and the session may have run out since. */
export function decideStillValid(record: SessionRecord, nowMs: number): Result<null, RefusalCode> {
	if (nowMs >= record.tokenExpiresMs) return err('token-expired');
	if (nowMs >= record.deadlineMs) return err('session-aborted');
	return ok(null);
}
