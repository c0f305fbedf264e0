// Answers the coordinator's monitoring, on an address of its own: alive, able to carry questions, and what it counted.

import {
	type Check,
	type Database,
	failed,
	logSize,
	type MonitoringServer,
	passed,
	serveMonitoring,
} from '@cordon/shared';
import { type CoordinatorMetrics, createCoordinatorMetrics } from './adapters/coordinator-metrics.ts';
import type { CoordinatorConfig } from './config.ts';
import { manifestState } from './membership/membership.ts';
import type { Machine } from './open-coordinator.ts';
import type { Pipeline } from './pipeline.ts';
import type { MembershipStore, SessionStore } from './ports.ts';

export interface MonitoredParts extends Pick<Machine, 'clock'> {
	readonly config: CoordinatorConfig;
	readonly database: Database;
	readonly sessions: SessionStore;
	readonly membership: MembershipStore;
}

export function countingMetrics({ config, clock, database, sessions }: MonitoredParts): CoordinatorMetrics {
	const gauges = {
		runningSessions: async () => (await sessions.running()).length,
		auditEntries: () => database.read(logSize),
	};
	return createCoordinatorMetrics(gauges, clock, { process: config.monitoring !== null });
}

/** Null where the configuration names no address. Errors  rejects where the address is taken. */
export async function monitorCoordinator(
	{ config, membership }: MonitoredParts,
	metrics: CoordinatorMetrics,
): Promise<MonitoringServer | null> {
	if (config.monitoring === null) return null;
	const database: Check = async () => {
		await membership.members();
		return passed;
	};
	return serveMonitoring(config.monitoring, {
		health: { database },
		readiness: {
			database,
			founded: async () => ((await membership.founding()) === null ? failed('not-founded') : passed),
			manifest: async () => {
				const { state } = await manifestState({ membership });
				return state === 'current' ? passed : failed(state);
			},
		},
		metrics: () => metrics.metrics.text(),
	});
}

export function countedPipeline(pipeline: Pipeline, metrics: CoordinatorMetrics): Pipeline {
	return {
		...pipeline,
		ask: async (...question) => {
			const asked = await pipeline.ask(...question);
			metrics.asked(asked.ok ? null : asked.error.code);
			return asked;
		},
		take: async (hospital, message) => {
			const outcome = await pipeline.take(hospital, message);
			metrics.taken(message.kind, outcome);
			return outcome;
		},
	};
}

/** A hospital that asks for its messages is there. */
export function countedSessions(sessions: SessionStore, metrics: CoordinatorMetrics): SessionStore {
	return {
		...sessions,
		waiting: (hospital, after) => {
			metrics.heard(hospital);
			return sessions.waiting(hospital, after);
		},
	};
}
