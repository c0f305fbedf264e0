// Keeps sessions ready to be asked while nothing is asked, so that a question costs three exchanges and not five.

import { packForMember, type ToCoordinator, toHex } from '@cordon/shared';
import {
	hearPrepared,
	invitationsTo,
	isReady,
	isSpoilt,
	newPrepared,
	type Present,
	type Purpose,
	purposesOf,
} from './merge/prepared-session.ts';
import type { CoordinatorParts, StoredManifest } from './ports.ts';
import type { Outgoing, PreparedSession } from './session.ts';

export interface FromMember {
	readonly hospital: string;
	readonly message: ToCoordinator;
}

export type PreparingParts = Pick<
	CoordinatorParts,
	'prepared' | 'membership' | 'clock' | 'random' | 'wakeUps' | 'log'
>;

export interface Preparing {
	/** Takes a ready session for such a question, which nobody else then has; null: the question takes the long way. */
	readonly takeReady: (manifest: StoredManifest, purpose: Purpose) => Promise<PreparedSession | null>;
	/** Of one that was taken and then not asked. */
	readonly putBack: (prepared: PreparedSession) => Promise<void>;
	/** `conflict`: not a message of a session that is being prepared. */
	readonly take: (said: FromMember) => Promise<'accepted' | 'conflict'>;
	/** Drops what is of no more use; where nothing is asked, prepares what is missing. */
	readonly keep: (isIdle: boolean) => Promise<void>;
}

/** After a session that did not become ready, or was refused, a hospital is probably away or paused; milliseconds. */
const restMs = 60_000;
/** Under the 64 that a node holds, with room for those that it has not heard the end of. */
const mostTogether = 48;
const mostAttempts = 8;

export function createPreparing(parts: PreparingParts): Preparing {
	let restUntilMs = 0;
	const rest = (): void => {
		restUntilMs = parts.clock.nowMs() + restMs;
	};
	return {
		takeReady: (manifest, purpose) => takeReady(parts, manifest, purpose),
		putBack: (prepared) => parts.prepared.store.open(prepared, []),
		take: (said) => take(parts, said, rest),
		keep: async (isIdle) => {
			if (parts.prepared.target === 0) return;
			const manifest = await parts.membership.current();
			if (manifest === null) return;
			const left = await dropSpoilt(parts, manifest, rest);
			if (!isIdle || parts.clock.nowMs() < restUntilMs) return;
			await prepareMissing(parts, manifest, left);
		},
	};
}

async function takeReady(
	parts: PreparingParts,
	manifest: StoredManifest,
	purpose: Purpose,
): Promise<PreparedSession | null> {
	const { store, target } = parts.prepared;
	if (target === 0) return null;
	const present = presentOf(parts, manifest);
	for (const prepared of await store.all()) {
		if (!isOf(prepared, purpose) || !isReady(prepared) || isSpoilt(prepared, present)) continue;
		if (await store.take(prepared)) return prepared;
	}
	return null;
}

async function take(
	parts: PreparingParts,
	{ hospital, message }: FromMember,
	rest: () => void,
): Promise<'accepted' | 'conflict'> {
	const { store } = parts.prepared;
	for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
		const prepared = await store.find(message.session);
		if (prepared === null || !prepared.roster.includes(hospital)) return 'conflict';
		if (message.kind === 'refuse') {
			rest();
			await drop(parts, prepared);
			return 'accepted';
		}
		const step = hearPrepared(prepared, hospital, message);
		if (!step.ok) return 'conflict';
		const { state, send } = step.value;
		const { session } = prepared;
		const outgoing = send.map(({ to, body }): Outgoing => {
			const packed = packForMember(body, state.terms);
			return { to, message: { kind: 'secagg', session, body: packed } };
		});
		const changed = { ...prepared, collector: state };
		if (!(await store.change(changed, outgoing))) continue;
		for (const { to } of outgoing) parts.wakeUps.wake(to);
		if (isReady(changed) && !isReady(prepared)) parts.log.info('session-prepared', { session });
		return 'accepted';
	}
	throw new Error('a prepared session changed too often to be changed');
}

async function dropSpoilt(
	parts: PreparingParts,
	manifest: StoredManifest,
	failed: () => void,
): Promise<readonly PreparedSession[]> {
	const present = presentOf(parts, manifest);
	const all = await parts.prepared.store.all();
	const spoilt = all.filter((prepared) => isSpoilt(prepared, present));
	for (const prepared of spoilt) {
		if (!isReady(prepared)) failed();
		await drop(parts, prepared);
	}
	return all.filter((prepared) => !spoilt.includes(prepared));
}

async function prepareMissing(
	parts: PreparingParts,
	{ manifest }: StoredManifest,
	kept: readonly PreparedSession[],
): Promise<void> {
	const { store } = parts.prepared;
	const purposes = purposesOf(manifest);
	const target = Math.min(parts.prepared.target, Math.floor(mostTogether / Math.max(1, purposes.length)));
	for (const purpose of purposes) {
		const there = kept.filter((prepared) => isOf(prepared, purpose)).length;
		for (let missing = target - there; missing > 0; missing -= 1) {
			const session = toHex(parts.random.bytes(32));
			const prepared = newPrepared(manifest, purpose, { session, nowMs: parts.clock.nowMs() });
			if (prepared === null) break;
			await store.open(prepared, invitationsTo(prepared));
			for (const hospital of prepared.roster) parts.wakeUps.wake(hospital);
		}
	}
}

/** The nodes drop their secrets of it when they hear this; at its expiry in any case. */
async function drop(parts: PreparingParts, { session, roster }: PreparedSession): Promise<void> {
	const message = { kind: 'end', session, outcome: 'aborted' } as const;
	await parts.prepared.store.drop(
		session,
		roster.map((to): Outgoing => ({ to, message })),
	);
	for (const hospital of roster) parts.wakeUps.wake(hospital);
	parts.log.info('prepared-session-dropped', { session });
}

function isOf(prepared: PreparedSession, { project, mechanism }: Purpose): boolean {
	return prepared.project === project && prepared.mechanism === mechanism;
}

function presentOf({ clock }: PreparingParts, { hash, manifest }: StoredManifest): Present {
	return { nowMs: clock.nowMs(), manifest: hash, sessionDeadlineMs: manifest.policy.sessionDeadlineMs };
}
