// Watches a node's conversation from outside: what came, what went, how long a message took; it changes none of it.

import { type Clock, kindOfPacked, type ToNode } from '@cordon/shared';
import type { NodeMetrics } from './adapters/monitoring/node-metrics.ts';
import type { ConversationEvent } from './converse.ts';
import type { Pipeline } from './pipeline.ts';
import type { CoordinatorClient, NodeParts } from './ports.ts';

export type EventDetails = Readonly<Record<string, string | number>>;

/** Does the work and notes, where anybody wants to know, how long it took. */
export type Timed = <T>(event: string, details: EventDetails, work: () => Promise<T>) => Promise<T>;

/** As the protocol numbers them; the body's kind is the coordinator's word, so only its own names are known. */
const rounds: Readonly<Record<string, number>> = { adverts: 1, deliver: 2, inputs: 3, signatures: 4 };

/**
 * The time a message took includes counting, which follows from the patients: it is for the hospital's own log at
 * level `debug`, and for nobody else.
 */
export function observedPipeline(pipeline: Pipeline, metrics: NodeMetrics, timed: Timed): Pipeline {
	return {
		endOverdue: pipeline.endOverdue,
		handle: (sequence, message) => {
			metrics.received(message.kind);
			const { kind, session } = message;
			const details = { sequence, session, kind, round: roundOf(message) };
			return timed('message-handled', details, () => pipeline.handle(sequence, message));
		},
	};
}

function roundOf(message: ToNode): number {
	if (message.kind !== 'secagg') return message.kind === 'end' ? 5 : 0;
	const kind = kindOfPacked(Buffer.from(message.body, 'base64url')) ?? '';
	return Object.hasOwn(rounds, kind) ? (rounds[kind] ?? -1) : -1;
}

/** What the hospital's own data take, apart from the protocol around them; as private as the time of a message. */
export function observedCounting(parts: NodeParts, timed: Timed): NodeParts {
	const { consents, index } = parts;
	return {
		...parts,
		consents: { all: () => timed('consents-read', {}, () => consents.all()) },
		index: {
			count: (...asked) => timed('patients-counted', {}, () => index.count(...asked)),
			place: (...asked) => timed('patients-placed', {}, () => index.place(...asked)),
		},
	};
}

export interface ObservedClient {
	readonly client: CoordinatorClient;
	/** When the coordinator last answered, whatever it said; null: not yet. */
	readonly heardMs: () => number | null;
}

export function observedClient(
	client: CoordinatorClient,
	metrics: NodeMetrics,
	clock: Clock,
): ObservedClient {
	let heardMs: number | null = null;
	const heard = <T>(answer: T): T => {
		heardMs = clock.nowMs();
		return answer;
	};
	return {
		heardMs: () => heardMs,
		client: {
			...client,
			poll: async (...asked) => heard(await client.poll(...asked)),
			manifest: async () => heard(await client.manifest()),
			send: async (...said) => {
				const outcome = heard(await client.send(...said));
				metrics.said(outcome);
				return outcome;
			},
		},
	};
}

export function countEvent(metrics: NodeMetrics, { event }: ConversationEvent): void {
	if (event === 'message-failed') metrics.failed();
	if (event === 'message-skipped') metrics.skipped();
	if (event === 'coordinator-unreachable') metrics.unreachable();
}
