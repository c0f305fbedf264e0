// A session of secure aggregation whose keys and shares are exchanged before there is a question. Pure.

import {
	askCollector,
	type CollectorStep,
	epochOf,
	err,
	hearAsCollector,
	type Manifest,
	type Mechanism,
	manifestHash,
	ok,
	type PrepareMessage,
	prepareCollector,
	preparedLifeMs,
	type Result,
	type ToCoordinator,
} from '@cordon/shared';
import type { MergeState, Outgoing, PreparedSession } from '../session.ts';
import { sessionTerms } from './open-merge.ts';

/** What sessions are prepared for: rosters follow from the project, the least number of contributors from the mechanism. */
export interface Purpose {
	readonly project: string;
	readonly mechanism: Mechanism;
}

/** Asked no more this long before it expires, so that no node finds it too old. */
const reserveMs = 120_000;

/** Every project under every mechanism of a secure network; none in a plain one, which exchanges no keys. */
export function purposesOf({ policy, projects }: Manifest): readonly Purpose[] {
	if (policy.aggregation === 'plain') return [];
	return projects.flatMap(({ id }) => policy.mechanisms.map((mechanism) => ({ project: id, mechanism })));
}

/** null where the project's roster cannot form a session. */
export function newPrepared(
	manifest: Manifest,
	{ project, mechanism }: Purpose,
	{ session, nowMs }: { readonly session: string; readonly nowMs: number },
): PreparedSession | null {
	const roster = manifest.projects.find(({ id }) => id === project)?.hospitals ?? [];
	const terms = sessionTerms(manifest, { session, roster, mechanism });
	if (terms === null) return null;
	return {
		session,
		manifest: manifestHash(manifest),
		project,
		mechanism,
		roster,
		sinceMs: nowMs,
		expiresMs: nowMs + preparedLifeMs,
		collector: prepareCollector(terms),
		version: 1,
	};
}

export function invitationsTo(prepared: PreparedSession): readonly Outgoing[] {
	const { session, manifest, project, mechanism, expiresMs, roster } = prepared;
	const message: PrepareMessage = { kind: 'prepare', session, manifest, project, mechanism, expiresMs };
	return roster.map((to) => ({ to, message }));
}

/** Errors  `out-of-place` whatever fault the state machine found, or a message that prepares nothing. */
export function hearPrepared(
	{ collector }: PreparedSession,
	hospital: string,
	message: ToCoordinator,
): Result<CollectorStep, 'out-of-place'> {
	if (message.kind !== 'secagg') return err('out-of-place');
	const step = hearAsCollector(collector, hospital, message.body);
	return step.ok ? ok(step.value) : err('out-of-place');
}

/** Only with every hospital of the roster: who missed it would miss the question too. */
export function isReady({ collector, roster }: PreparedSession): boolean {
	return collector.phase === 'ready' && collector.shares.length === roster.length;
}

export interface Present {
	readonly nowMs: number;
	/** Hash of the manifest in force. */
	readonly manifest: string;
	readonly sessionDeadlineMs: number;
}

/**
 * Whether it is of use no more: under another manifest or of a past epoch (the hospitals' adverts name it), too old,
 * or not ready in the time that a whole session has.
 */
export function isSpoilt(
	prepared: PreparedSession,
	{ nowMs, manifest, sessionDeadlineMs }: Present,
): boolean {
	const { sinceMs, expiresMs } = prepared;
	if (prepared.manifest !== manifest || epochOf(sinceMs).label !== epochOf(nowMs).label) return true;
	if (nowMs >= expiresMs - reserveMs) return true;
	return !isReady(prepared) && nowMs >= sinceMs + sessionDeadlineMs;
}

/** The merge of the question that the session is now asked. */
export function askPrepared(
	{ collector }: PreparedSession,
	question: Parameters<typeof askCollector>[1],
): MergeState {
	return { kind: 'secure', collector: askCollector(collector, question).state };
}
