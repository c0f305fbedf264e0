// Answers the hospital's monitoring: is the node alive, can it answer questions, and what has it counted.

import {
	type Check,
	type CheckResult,
	type Checks,
	epochOf,
	failed,
	logSize,
	type MonitoringServer,
	passed,
	serveMonitoring,
} from '@cordon/shared';
import { addNodeGauges } from './adapters/monitoring/node-metrics.ts';
import type { JoinProgress, Standing } from './start-node.ts';

export interface NodeState {
	readonly progress: JoinProgress;
	readonly heardMs: () => number | null;
}

/** Two long polls and a breath. */
const silentMs = 45_000;

/** Null where the configuration names no address. Errors  rejects where the address is taken. */
export async function monitorNode(standing: Standing, state: NodeState): Promise<MonitoringServer | null> {
	const { config, surroundings } = standing;
	if (config.monitoring === null) return null;
	addNodeGauges(standing.metrics, gaugesOf(standing, state), surroundings.clock);
	return serveMonitoring(config.monitoring, {
		health: { database: databaseCheck(standing) },
		readiness: readinessOf(standing, state),
		metrics: () => standing.metrics.metrics.text(),
	});
}

/** What a node needs to answer a question; a pause is the operator's own wish, and it does not answer all the same. */
export function readinessOf(standing: Standing, state: NodeState): Checks {
	const { store, surroundings } = standing;
	return {
		database: databaseCheck(standing),
		member: async () => (state.progress.member === null ? failed('joining') : passed),
		answering: async () => ((await store.sessions.isPaused()) ? failed('paused') : passed),
		snapshot: async () => {
			const epoch = await store.snapshots.currentEpoch();
			if (epoch === null) return failed('no-snapshot');
			const isCurrent = epoch === epochOf(surroundings.clock.nowMs()).label;
			return isCurrent ? passed : { ok: true, code: 'earlier-epoch' };
		},
		policyEngine: () => checkEngine(standing),
		coordinator: async () => {
			const heardMs = state.heardMs();
			if (heardMs === null) return failed('not-heard');
			return surroundings.clock.nowMs() - heardMs > silentMs ? failed('silent') : passed;
		},
	};
}

/** Asks something whose answer does not matter: that there is one does. */
async function checkEngine({ engine, files, surroundings }: Standing): Promise<CheckResult> {
	const [project] = files.authorization.projects;
	const answer = await engine.check({
		user: 'user:readiness',
		relation: 'member',
		object: `project:${project?.id ?? 'none'}`,
		context: { now: new Date(surroundings.clock.nowMs()).toISOString() },
	});
	return answer.ok ? passed : failed('policy-unavailable');
}

function databaseCheck({ store }: Standing): Check {
	return async () => {
		await store.sessions.isPaused();
		return passed;
	};
}

function gaugesOf(standing: Standing, { progress, heardMs }: NodeState): Parameters<typeof addNodeGauges>[1] {
	const { store } = standing;
	return {
		heardMs,
		isMember: () => progress.member !== null,
		isPaused: () => store.sessions.isPaused(),
		openSessions: async () => (await store.sessions.openSessions()).length,
		auditEntries: () => store.database.read(logSize),
		budget: async () => {
			if (progress.member === null) return null;
			const { ledger, manifest } = progress.member;
			const { epochMicros, lifeMicros } = await ledger.spent((await store.snapshots.currentEpoch()) ?? '');
			const { epsilonPerEpochMicros, epsilonForLifeMicros } = manifest.policy;
			return {
				epoch: { spent: epochMicros, allowed: epsilonPerEpochMicros },
				life: { spent: lifeMicros, allowed: epsilonForLifeMicros },
			};
		},
	};
}
