// What a node counts about itself, for the hospital's own monitoring. Nothing here follows from a patient's data:
// no count of patients or rows, no time that counting took, no difference between released and withheld.

import { type AuditLog, type Clock, createMetrics, type MetricSample, type Metrics } from '@cordon/shared';
import type { SendOutcome } from '../../ports.ts';

/** What is asked at a scrape; each is a fact of the network's traffic or of the ledger, which follows the questions. */
export interface NodeGauges {
	readonly isMember: () => boolean;
	readonly isPaused: () => Promise<boolean>;
	readonly openSessions: () => Promise<number>;
	readonly auditEntries: () => Promise<number>;
	/** Null until the node is a member. */
	readonly budget: () => Promise<{ readonly [span in 'epoch' | 'life']: Micros } | null>;
	/** Null before the coordinator was heard of. */
	readonly heardMs: () => number | null;
}

/** Millionths of epsilon. */
interface Micros {
	readonly spent: number;
	readonly allowed: number;
}

export interface NodeMetrics {
	readonly metrics: Metrics;
	readonly received: (kind: string) => void;
	readonly failed: () => void;
	readonly skipped: () => void;
	readonly said: (outcome: SendOutcome) => void;
	readonly unreachable: () => void;
	/** Counts each decision that is logged, by its code where there is one. */
	readonly counting: (log: AuditLog) => AuditLog;
}

/** Codes that may depend on what a list about patients holds; hospital IT sees them in the log. */
const foldedCodes: ReadonlySet<string> = new Set(['consent-unavailable']);

export function createNodeMetrics(options: { readonly process: boolean }): NodeMetrics {
	const metrics = createMetrics(options);
	const received = metrics.counter('cordon_node_messages_received_total', 'Messages of the coordinator.', [
		'kind',
	]);
	const said = metrics.counter('cordon_node_messages_sent_total', 'Messages to the coordinator.', [
		'outcome',
	]);
	return {
		metrics,
		received: (kind) => received({ kind }),
		said: (outcome) => said({ outcome }),
		failed: metrics.counter('cordon_node_message_failures_total', 'Attempts at a message that failed.'),
		skipped: metrics.counter('cordon_node_messages_skipped_total', 'Messages given up.'),
		unreachable: metrics.counter('cordon_node_coordinator_lost_total', 'Times the coordinator was lost.'),
		counting: countDecisions(metrics),
	};
}

/** `released` and `aborted` are one here: an exact answer is withheld by data, and its session then ends as aborted. */
function countDecisions(metrics: Metrics): NodeMetrics['counting'] {
	const admitted = metrics.counter('cordon_node_questions_admitted_total', 'Questions admitted and charged.');
	const refused = metrics.counter('cordon_node_questions_refused_total', 'Questions refused, by code.', [
		'code',
	]);
	const left = metrics.counter('cordon_node_sessions_left_total', 'Admitted sessions left, by code.', [
		'code',
	]);
	const ended = metrics.counter('cordon_node_sessions_ended_total', 'Sessions the coordinator ended.');
	return (log) => ({
		append: async (entry) => {
			const index = await log.append(entry);
			const code = codeOf(entry.body);
			if (entry.decision === 'admitted') admitted();
			else if (entry.decision === 'refused') refused({ code });
			else if (entry.decision === 'aborted' && code !== 'none') left({ code });
			else if (entry.stage === 'audit' && entry.decision !== 'changed') ended();
			return index;
		},
	});
}

function codeOf(body: unknown): string {
	const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : 'none';
	return foldedCodes.has(code) ? 'unavailable' : code;
}

export function addNodeGauges({ metrics }: NodeMetrics, gauges: NodeGauges, clock: Clock): void {
	const add = (name: string, help: string, read: () => Promise<number | null>): void =>
		metrics.gauge({
			name: `cordon_node_${name}`,
			help,
			labels: [],
			read: async () => {
				const value = await read();
				return value === null ? [] : [{ labels: {}, value }];
			},
		});
	add('member', '1 where the node is a member of its network.', async () => Number(gauges.isMember()));
	add('paused', '1 where the operator stopped answering.', async () => Number(await gauges.isPaused()));
	add('sessions_open', 'Sessions that have begun and not ended.', gauges.openSessions);
	add('audit_entries', 'Entries of the audit log.', gauges.auditEntries);
	add('coordinator_heard_seconds', 'Seconds since the coordinator last answered.', async () => {
		const heardMs = gauges.heardMs();
		return heardMs === null ? null : Math.max(0, clock.nowMs() - heardMs) / 1000;
	});
	for (const what of ['spent', 'allowed'] as const) {
		metrics.gauge({
			name: `cordon_node_epsilon_${what}`,
			help: `Privacy budget ${what}; it follows the questions and where they ended.`,
			labels: ['span'],
			read: async () => samplesOf(await gauges.budget(), what),
		});
	}
}

function samplesOf(
	budget: Awaited<ReturnType<NodeGauges['budget']>>,
	what: keyof Micros,
): readonly MetricSample[] {
	if (budget === null) return [];
	return (['epoch', 'life'] as const).map((span) => ({ labels: { span }, value: budget[span][what] / 1e6 }));
}
