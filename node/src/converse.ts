// Keeps a node in conversation with its coordinator: polls, deals with each message once, resends what was not heard.

import type { Random } from '@cordon/shared';
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
	| { readonly event: 'message-failed'; readonly sequence: number; readonly attempt: number }
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
	let failures = 0;
	while (!signal.aborted) {
		const reached = await exchange(parts, signal).catch((error: unknown) => {
			if (!(error instanceof Error)) throw error;
			return false;
		});
		if (signal.aborted) return;
		if (reached) {
			if (failures > 0) parts.report({ event: 'coordinator-reached' });
			failures = 0;
			continue;
		}
		const retryInMs = backOffMs(failures, parts.random);
		if (failures === 0) parts.report({ event: 'coordinator-unreachable', retryInMs });
		failures += 1;
		await parts.pause(retryInMs, signal);
	}
}

/** One turn: say what is unsaid, listen, deal with what was heard. Rejects where the coordinator is out of reach. */
async function exchange(parts: ConversationParts, signal: AbortSignal): Promise<boolean> {
	await parts.pipeline.endOverdue();
	await sayUnsaid(parts);
	const heard = await parts.client.poll(await parts.sessions.cursor(), pollWaitMs, signal);
	// An empty answer comes after the wait; one that comes at once must not make us ask without a breath.
	if (heard.length === 0) await parts.pause(emptyPollPauseMs, signal);
	for (const message of heard) {
		await dealWith(parts, message);
		await sayUnsaid(parts);
		if (signal.aborted) break;
	}
	return true;
}

async function sayUnsaid({ sessions, client, report }: ConversationParts): Promise<void> {
	for (const message of await sessions.unsent()) {
		const outcome = await client.send(message);
		if (outcome === 'failed') {
			// One message that the coordinator chokes on must not stop the others, nor the listening.
			report({ event: 'message-delayed', id: message.id });
			continue;
		}
		// Of a session that is over the coordinator wants no more; saying it again would change nothing.
		if (outcome === 'rejected') report({ event: 'message-rejected', id: message.id });
		await sessions.markSent(message.id);
	}
}

/** A message that fails again and again is skipped: its session then ends by its deadline, unanswered. */
async function dealWith(parts: ConversationParts, { sequence, message }: InboundMessage): Promise<void> {
	for (let attempt = 1; message !== null && attempt <= attemptsPerMessage; attempt += 1) {
		try {
			return await parts.pipeline.handle(sequence, message);
		} catch (error) {
			if (!(error instanceof Error)) throw error;
			parts.report({ event: 'message-failed', sequence, attempt });
		}
	}
	parts.report({ event: 'message-skipped', sequence });
	await parts.sessions.save({ record: null, outgoing: [], cursor: sequence });
}

/** Doubles from 0.2 s to 15 s, less up to a half at random, so that hospitals do not return in step. */
function backOffMs(failures: number, random: Random): number {
	const full = Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(failures, 10));
	const fraction = (random.bytes(1)[0] ?? 0) / 512;
	return Math.round(full * (1 - fraction));
}
