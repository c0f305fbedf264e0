// Starts the daemon: constructs every adapter, resumes what a restart interrupted, and serves. It decides nothing.

import { createIssuerKeys, type Database, type IssuerKeys, publicKeyOf } from '@cordon/shared';
import { listen } from './adapters/http-server.ts';
import { type CoordinatorKeys, readKeyFiles } from './adapters/key-files.ts';
import { researcherGate } from './adapters/researcher-gate.ts';
import { sqlAbandonments } from './adapters/sql-abandonments.ts';
import { sqlExactSessions } from './adapters/sql-exact-sessions.ts';
import { sqlPreparedStore } from './adapters/sql-prepared-store.ts';
import { sqlSessionStore } from './adapters/sql-session-store.ts';
import { pinoLog, systemTimer } from './adapters/system-parts.ts';
import { solverLimitMs, threadedSolver } from './adapters/threaded-solver.ts';
import { memoryWakeUps } from './adapters/wake-ups.ts';
import type { CoordinatorConfig } from './config.ts';
import type { AppParts } from './http/app-parts.ts';
import { createApp } from './http/create-app.ts';
import { hostOf, invite } from './init-coordinator.ts';
import type { InvitationFile } from './membership/invitation.ts';
import { resumeMembership } from './membership/membership.ts';
import {
	countedPipeline,
	countedSessions,
	countingMetrics,
	monitorCoordinator,
} from './monitor-coordinator.ts';
import { observedCalls } from './observe-calls.ts';
import {
	auditOf,
	logKeyOf,
	type Machine,
	membershipOf,
	openLog,
	openStore,
	requireFounding,
} from './open-coordinator.ts';
import { createPipeline } from './pipeline.ts';
import type { Timer } from './ports.ts';
import { sweepOnce, sweepRegularly } from './sweep-regularly.ts';

export interface CoordinatorDeps extends Machine {
	/** Default: fetched from the issuers' configured addresses. */
	readonly issuerKeys?: IssuerKeys;
	readonly timer?: Timer;
}

export interface RunningCoordinator {
	readonly url: string;
	readonly network: string;
	readonly invite: (hospital: string) => Promise<InvitationFile>;
	/** The audit log, a JSON line each, as `cordon audit verify` reads it. */
	readonly exportAudit: () => AsyncIterable<string>;
	readonly close: () => Promise<void>;
}

const issuerTimeoutMs = 5_000;

/** Errors  throws where it was not founded, a key is missing, or the folder is open in another process. */
export async function startCoordinator(
	config: CoordinatorConfig,
	deps: CoordinatorDeps,
): Promise<RunningCoordinator> {
	const keys = await readKeyFiles(config.stateFolder);
	const database = await openStore(config);
	try {
		return await serve(config, deps, { keys, database });
	} catch (error) {
		await database.close();
		throw error;
	}
}

interface Opened {
	readonly keys: CoordinatorKeys;
	readonly database: Database;
}

async function serve(
	config: CoordinatorConfig,
	deps: CoordinatorDeps,
	{ keys, database }: Opened,
): Promise<RunningCoordinator> {
	const { clock, random, timer = systemTimer } = deps;
	const membership = membershipOf(database);
	const founding = await requireFounding(membership);
	const transparency = openLog({
		clock,
		random,
		database,
		keys,
		founding,
		complianceKey: config.complianceKey,
	});
	const stop = new AbortController();
	const monitored = { config, clock, database, membership, sessions: sqlSessionStore(database) };
	const metrics = countingMetrics(monitored);
	const log = pinoLog(config.log, founding.network);
	const onFailure = (): void => log.fault('solver-failed', {});
	const solver = threadedSolver({ limitMs: solverLimitMs, onFailure });
	const parts = observedCalls({
		sessions: countedSessions(monitored.sessions, metrics),
		exact: sqlExactSessions(database),
		abandonments: sqlAbandonments(database),
		prepared: { store: sqlPreparedStore(database), target: config.preparedSessions },
		membership,
		audit: auditOf(transparency),
		gate: researcherGate({
			clock,
			keysOf: deps.issuerKeys ?? createIssuerKeys({ timeoutMs: issuerTimeoutMs }),
		}),
		wakeUps: memoryWakeUps(),
		clock,
		random,
		identitySeed: keys.identity,
		dictionary: founding.dictionary,
		solver,
		log,
	});
	const pipeline = countedPipeline(createPipeline(parts), metrics);
	const logKey = logKeyOf(keys);
	await resumeMembership({ ...parts, logKey });
	await sweepOnce({ pipeline, log: parts.log });
	// The address is known only when the socket is open; nothing is answered before the app is there.
	let answer = (_: Request): Response | Promise<Response> => new Response(null, { status: 503 });
	const server = await listen(config, (request) => answer(request));
	const url = config.publicUrl ?? `http${config.tls === null ? '' : 's'}://${hostOf(config)}:${server.port}`;
	const appParts: AppParts = {
		...parts,
		pipeline,
		timer,
		publicUrl: url,
		logKey,
		network: founding.network,
		stopping: stop.signal,
		counted: metrics.answered,
	};
	const app = createApp(appParts);
	answer = (request) => app.fetch(request);
	const monitoring = await monitorCoordinator(monitored, metrics);
	const stopSweeping = sweepRegularly({ pipeline, timer, log: parts.log });
	const card = {
		coordinatorUrl: url,
		coordinatorIdentityKey: publicKeyOf(keys.identity),
		coordinatorLogKey: logKey,
	};
	return {
		url,
		network: founding.network,
		invite: (hospital) => invite({ clock, random, membership, card }, hospital),
		exportAudit: () => transparency.exportLines(),
		close: async () => {
			stop.abort();
			await stopSweeping();
			await server.close();
			await monitoring?.close();
			await solver.close();
			await database.close();
		},
	};
}
