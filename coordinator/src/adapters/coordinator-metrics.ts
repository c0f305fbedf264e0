// What a coordinator counts about itself. No patient's data reach it; whether a session ended as released or withheld
// does follow from them, in exact mode, and is not told apart.

import { type Clock, createMetrics, type Metrics, type RefusalCode } from '@cordon/shared';

export interface CoordinatorMetrics {
	readonly metrics: Metrics;
	readonly answered: (method: string, route: string, status: number) => void;
	/** Null: dispatched. */
	readonly asked: (refusal: RefusalCode | null) => void;
	readonly taken: (kind: string, outcome: 'accepted' | 'conflict') => void;
	readonly heard: (hospital: string) => void;
}

export interface CoordinatorGauges {
	readonly runningSessions: () => Promise<number>;
	readonly auditEntries: () => Promise<number>;
}

const knownMethods: ReadonlySet<string> = new Set(['GET', 'POST']);

export function createCoordinatorMetrics(
	gauges: CoordinatorGauges,
	clock: Clock,
	options: { readonly process: boolean },
): CoordinatorMetrics {
	const metrics = createMetrics(options);
	const heardMs = new Map<string, number>();
	const requests = metrics.counter('cordon_coordinator_requests_total', 'HTTP requests answered.', [
		'method',
		'route',
		'status',
	]);
	const asked = metrics.counter('cordon_coordinator_questions_refused_total', 'Questions refused, by code.', [
		'code',
	]);
	const dispatched = metrics.counter(
		'cordon_coordinator_questions_dispatched_total',
		'Questions dispatched.',
	);
	const taken = metrics.counter('cordon_coordinator_messages_taken_total', "Hospitals' messages.", [
		'kind',
		'outcome',
	]);
	addGauges(metrics, gauges);
	metrics.gauge({
		name: 'cordon_coordinator_hospital_heard_seconds',
		help: 'Seconds since a hospital last asked for its messages; absent before the first time.',
		labels: ['hospital'],
		read: async () =>
			[...heardMs].map(([hospital, ms]) => ({
				labels: { hospital },
				value: Math.max(0, clock.nowMs() - ms) / 1000,
			})),
	});
	return {
		metrics,
		answered: (method, route, status) =>
			requests({ method: knownMethods.has(method) ? method : 'other', route, status: String(status) }),
		asked: (refusal) => (refusal === null ? dispatched() : asked({ code: refusal })),
		taken: (kind, outcome) => taken({ kind, outcome }),
		heard: (hospital) => void heardMs.set(hospital, clock.nowMs()),
	};
}

function addGauges(metrics: Metrics, gauges: CoordinatorGauges): void {
	const add = (name: string, help: string, read: () => Promise<number>): void =>
		metrics.gauge({
			name: `cordon_coordinator_${name}`,
			help,
			labels: [],
			read: async () => [{ labels: {}, value: await read() }],
		});
	add('sessions_running', 'Sessions that have begun and not ended.', gauges.runningSessions);
	add('audit_entries', 'Entries of the audit log.', gauges.auditEntries);
}
