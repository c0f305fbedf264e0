// Keeps a node in conversation with its coordinator: polls, deals with each message once, resends what was not heard.

import { DatabaseFault, type Random } from '@cordon/shared';
import type { Pipeline } from './pipeline.ts';
import type { CoordinatorClient, InboundMessage, SessionStore } from './ports.ts';

export interface ConversationParts {
	readonly pipeline: Pipeline;
	readonly sessions: SessionStore;
	readonly client: CoordinatorClient;
	readonly random: Random;
	/** Resolves after the time or as soon as the signal is given, never rejects. */
	readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
	/** Told of what went wrong, by code; never of a message's content. */
	readonly report: (event: ConversationEvent) => void;
}

export type ConversationEvent =
	| { readonly event: 'coordinator-unreachable'; readonly retryInMs: number }
	| { readonly event: 'coordinator-reached' }
	| { readonly event: 'store-unreachable'; readonly retryInMs: number }
	| { readonly event: 'store-reached' }
	| { readonly event: 'message-failed'; readonly sequence: number; readonly attempt: number }
	| { readonly event: 'message-late'; readonly id: string }
	| { readonly event: 'message-rejected'; readonly id: string }
	| { readonly event: 'message-delayed'; readonly id: string }
	| { readonly event: 'message-skipped'; readonly sequence: number };

const pollWaitMs = 20_000;
const emptyPollPauseMs = 100;
const firstBackOffMs = 200;
const longestBackOffMs = 15_000;
const attemptsPerMessage = 3;

/** Runs until the signal is given. */
export async function converse(parts: ConversationParts, signal: AbortSignal): Promise<void> {
	let missing: Missing | null = null;
	let failures = 0;
	let delays = 0;
	let heardTo: number | null = null;
	while (!signal.aborted) {
		const turn: Turn | Missing = await exchange(
			parts,
			{ retryMs: fullBackOffMs(delays), heardTo },
			signal,
		).catch(missingIn);
		if (signal.aborted) return;
		if (typeof turn !== 'string') {
			if (missing !== null) parts.report({ event: `${missing}-reached` });
			missing = null;
			failures = 0;
			delays = turn.isAllSaid ? 0 : delays + 1;
			heardTo = turn.heardTo;
			continue;
		}
		heardTo = null;
		const retryInMs = backOffMs(failures, parts.random);
		if (missing !== turn) parts.report({ event: `${turn}-unreachable`, retryInMs });
		missing = turn;
		failures += 1;
		await parts.pause(retryInMs, signal);
	}
}

/** What a turn could not do without. */
type Missing = 'coordinator' | 'store';

function missingIn(error: unknown): Missing {
	if (!(error instanceof Error)) throw error;
	return error instanceof DatabaseFault ? 'store' : 'coordinator';
}

interface Turn {
	/** false: the coordinator failed at a message, which is to be said again soon. */
	readonly isAllSaid: boolean;
	/** Of the coordinator's messages, as the store was just told; null where the store is to be asked. */
	readonly heardTo: number | null;
}

interface Exchange {
	readonly retryMs: number;
	readonly heardTo: Turn['heardTo'];
}

/** One turn: say what is unsaid, listen, deal with what was heard. Rejects where store or coordinator is out of reach. */
async function exchange(
	parts: ConversationParts,
	{ retryMs, heardTo }: Exchange,
	signal: AbortSignal,
): Promise<Turn> {
	await parts.pipeline.endOverdue();
	let isAllSaid = await sayUnsaid(parts);
	// Others may wait for what is not said yet: listening for long would make them wait as long.
	const waitMs = isAllSaid ? pollWaitMs : retryMs;
	const after = heardTo ?? (await parts.sessions.cursor());
	const heard = await parts.client.poll(after, waitMs, signal);
	// An empty answer comes after the wait; one that comes at once must not make us ask without a breath.
	if (heard.length === 0) await parts.pause(emptyPollPauseMs, signal);
	for (const message of heard) {
		const quietMs = await dealWith(parts, message);
		// Neither a word nor a poll meanwhile: each would tell when the data had been read.
		if (quietMs > 0) await parts.pause(quietMs, signal);
		// What is unsaid when the node is stopped is said after its next start, whose time tells nothing.
		if (quietMs > 0 && signal.aborted) break;
		isAllSaid = await sayUnsaid(parts);
		if (signal.aborted) break;
	}
	// A quiet store is looked at before each poll: that it went back must not wait for a message to be noticed.
	if (heard.length === 0) return { isAllSaid, heardTo: null };
	return { isAllSaid, heardTo: Math.max(after, ...heard.map(({ sequence }) => sequence)) };
}

/** false: something is still unsaid. */
async function sayUnsaid({ sessions, client, report }: ConversationParts): Promise<boolean> {
	let isAllSaid = true;
	for (const message of await sessions.unsent()) {
		const outcome = await client.send(message);
		if (outcome === 'failed') {
			// One message that the coordinator chokes on must not stop the others, nor the listening.
			report({ event: 'message-delayed', id: message.id });
			isAllSaid = false;
			continue;
		}
		// Of a session that is over the coordinator wants no more; saying it again would change nothing.
		if (outcome !== 'accepted') report({ event: `message-${outcome}`, id: message.id });
		await sessions.markSent(message.id);
	}
	return isAllSaid;
}

/**
 * A message that fails again and again is skipped: its session then ends by its deadline, unanswered. While the store
 * is away every message fails, so none is skipped for it: the turn is broken off, and the message is heard again.
 * Resolves with how long nothing may be said now, in milliseconds.
 */
async function dealWith(parts: ConversationParts, { sequence, message }: InboundMessage): Promise<number> {
	for (let attempt = 1; message !== null && attempt <= attemptsPerMessage; attempt += 1) {
		try {
			return (await parts.pipeline.handle(sequence, message)).quietMs;
		} catch (error) {
			if (!(error instanceof Error) || isOutage(error)) throw error;
			parts.report({ event: 'message-failed', sequence, attempt });
		}
	}
	parts.report({ event: 'message-skipped', sequence });
	await parts.sessions.save({ record: null, outgoing: [], cursor: sequence });
	return 0;
}

function isOutage(error: Error): boolean {
	return error instanceof DatabaseFault && error.isOutage;
}

/** Doubles from 0.2 s to 15 s, less up to a half at random, so that hospitals do not return in step. */
function backOffMs(failures: number, random: Random): number {
	const fraction = (random.bytes(1)[0] ?? 0) / 512;
	return Math.round(fullBackOffMs(failures) * (1 - fraction));
}

function fullBackOffMs(failures: number): number {
	return Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(failures, 10));
}
