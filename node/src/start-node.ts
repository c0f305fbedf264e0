// Starts a hospital's daemon: takes its state, opens its store, joins the network, answers until it is closed.

import { createServer, type Server } from 'node:http';
import type { RelationshipEngine } from '@cordon/policies';
import {
	type BudgetCaps,
	budgetCapsOf,
	type Clock,
	createIssuerKeys,
	dictionaryHash,
	epochOf,
	initCrypto,
	loweredCaps,
	type Manifest,
	ownFolder,
	pause,
	type Random,
	type TransparencyLog,
} from '@cordon/shared';
import { getRequestListener } from '@hono/node-server';
import { createCoordinatorClient } from './adapters/coordinator-client/coordinator-client.ts';
import { createLedger, type NodeLedger } from './adapters/ledger/ledger.ts';
import { createNodeMetrics, type NodeMetrics } from './adapters/monitoring/node-metrics.ts';
import { forgetOldInputs } from './adapters/session-store/kept-inputs.ts';
import { StateRolledBack } from './adapters/session-store/store-progress.ts';
import { acceptManifest, readAcceptedManifest } from './adapters/state-folder/accepted-manifest.ts';
import { type NodeKeys, readNodeKeys } from './adapters/state-folder/node-keys.ts';
import { clearSocket, socketPathOf } from './adapters/state-folder/socket-path.ts';
import { openWitness } from './adapters/witness/witness-file.ts';
import type { NodeConfig } from './config/node-config.ts';
import { type ConversationEvent, converse } from './converse.ts';
import { drawWhileListening } from './draw-while-listening.ts';
import { localApp } from './http/local-app.ts';
import { joinNetwork } from './join-network.ts';
import { loadOperatorFiles, type OperatorFiles } from './load-operator-files.ts';
import { localOperations } from './local-operations.ts';
import { monitorNode } from './monitor-node.ts';
import { observedCalls } from './observe-calls.ts';
import {
	countEvent,
	type EventDetails,
	type ObservedClient,
	observedClient,
	observedCounting,
	observedPipeline,
	type Timed,
} from './observe-conversation.ts';
import { openLog, openNoisePool, openStore } from './open-adapters.ts';
import { openPolicyEngine } from './open-policy-engine.ts';
import { maxRequestAgeMs, type WitnessedStore, witnessedStore } from './open-witnessed-store.ts';
import { createPipeline } from './pipeline.ts';
import type { CoordinatorClient, NodeParts, NoisePool } from './ports.ts';

export interface NodeSurroundings {
	readonly clock: Clock;
	readonly random: Random;
	/** One event, by code, with ids; never a value, a count or a token. */
	readonly log: (event: string, details: EventDetails) => void;
	/** Does the work and notes for debugging how long it took; absent: nobody wants to know. */
	readonly timed?: Timed;
}

export interface RunningNode {
	/** Resolves when the node no longer answers, by `close` or because an operator must decide something. */
	readonly ended: Promise<void>;
	readonly close: () => Promise<void>;
}

export interface Standing {
	readonly config: NodeConfig;
	readonly surroundings: NodeSurroundings;
	readonly keys: NodeKeys;
	readonly files: OperatorFiles;
	readonly engine: RelationshipEngine;
	readonly store: WitnessedStore;
	readonly client: CoordinatorClient;
	readonly metrics: NodeMetrics;
	readonly stopping: AbortSignal;
	/** Work of the operator's that must end before the database is closed. */
	readonly inHand: Set<Promise<unknown>>;
}

/** What there is only once the network's manifest is in force. */
export interface Membership {
	readonly manifest: Manifest;
	readonly ledger: NodeLedger;
	readonly audit: TransparencyLog;
}

/** What changes while a node finds its network. */
export interface JoinProgress {
	member: Membership | null;
	draft: { readonly manifest: Manifest; readonly hash: string } | null;
	/** The operator's agreement, kept; false where another one was given before. */
	readonly accept: (hash: string) => Promise<boolean>;
}

const issuerTimeoutMs = 5_000;
const maxTokenAgeMs = 3_600_000;
/** What is being said when the node is stopped may still be heard. */
const lastWordMs = 2_000;

/**
 * Errors  throws `FolderInUse` where another process owns the state; `OperatorFileWrong`; `AuthorizationNotSynced`
 *         where the policy engine's store is not what the authorization file says; anything missing that
 *         security needs (a key, a setting) throws before a single question can be heard.
 */
export async function startNode(config: NodeConfig, surroundings: NodeSurroundings): Promise<RunningNode> {
	await initCrypto();
	const running: Running = { stop: new AbortController(), ends: [ownFolder(config.stateFolder)] };
	try {
		return await serve(await openStanding(config, surroundings, running), running);
	} catch (error) {
		await endAll(running);
		throw error;
	}
}

interface Running {
	readonly stop: AbortController;
	/** What gives up each thing that was opened, in the order of opening. */
	readonly ends: (() => unknown)[];
}

async function endAll({ ends }: Running): Promise<void> {
	for (const end of ends.splice(0).reverse()) await end();
}

type Opened = Standing & Pick<ObservedClient, 'heardMs'>;

async function openStanding(
	config: NodeConfig,
	surroundings: NodeSurroundings,
	{ stop, ends }: Running,
): Promise<Opened> {
	const keys = await readNodeKeys(config.stateFolder);
	const files = await loadOperatorFiles(config);
	const engine = await openPolicyEngine(config, files.authorization, (event) =>
		surroundings.log(event, { hospital: config.hospital }),
	);
	const opened = await openStore(config, files.dictionary, keys);
	ends.push(opened.database.close);
	await forgetOldInputs(opened.database, epochOf(surroundings.clock.nowMs()).label);
	const witness = await openWitness(config.stateFolder);
	ends.push(witness.close);
	const store = await witnessedStore(opened, {
		witness,
		clock: surroundings.clock,
		rolledBack: () => {
			surroundings.log('state-rolled-back', { hospital: config.hospital });
			stop.abort(new StateRolledBack());
		},
	});
	const metrics = createNodeMetrics({ process: config.monitoring !== null });
	const direct = createCoordinatorClient({
		hospital: config.hospital,
		seed: keys.identity,
		clock: surroundings.clock,
		coordinator: config.coordinator,
		stopping: later(stop.signal, lastWordMs),
	});
	return {
		...{ config, surroundings, keys, files, engine, store, metrics },
		...observedClient(direct, metrics, surroundings.clock),
		stopping: stop.signal,
		inHand: new Set(),
	};
}

async function serve(standing: Opened, running: Running): Promise<RunningNode> {
	const { config, surroundings } = standing;
	const { stop, ends } = running;
	const accept = (hash: string): Promise<boolean> => acceptManifest(config.stateFolder, hash);
	const progress: JoinProgress = { member: null, draft: null, accept };
	ends.push(() => Promise.allSettled(standing.inHand));
	const socket = await listen(standing, progress);
	ends.push(() => new Promise((closed) => socket.close(closed)));
	const monitoring = await monitorNode(standing, { progress, heardMs: standing.heardMs });
	ends.push(async () => monitoring?.close());
	surroundings.log('ready', { hospital: config.hospital });
	const ended = participate(standing, stop.signal, progress).finally(() => {
		stop.abort();
		socket.closeAllConnections();
		return endAll(running);
	});
	return { ended, close: () => close(stop, socket, ended) };
}

function later(signal: AbortSignal, delayMs: number): AbortSignal {
	const end = new AbortController();
	signal.addEventListener('abort', () => setTimeout(() => end.abort(), delayMs).unref(), { once: true });
	return end.signal;
}

/** Joins, then converses; both until the signal is given. */
async function participate(standing: Standing, signal: AbortSignal, progress: JoinProgress): Promise<void> {
	const { config, surroundings, keys, files, client, store } = standing;
	const dictionary = dictionaryHash(files.dictionary);
	const acceptedHash = (): Promise<string | null> => readAcceptedManifest(config.stateFolder);
	const awaitReview = (draft: Manifest, hash: string): void => {
		if (progress.draft?.hash !== hash) surroundings.log('manifest-awaits-review', { hash });
		progress.draft = { manifest: draft, hash };
	};
	const join = { config, keys, dictionary, client, pause, acceptedHash, awaitReview };
	const manifest = await joinNetwork(join, signal);
	if (manifest === null) return;
	const membership = becomeMember(standing, manifest);
	progress.member = membership;
	surroundings.log('joined', { hospital: config.hospital, manifestVersion: manifest.version });
	const { metrics } = standing;
	const { random, timed = untimed } = surroundings;
	const own = partsOf(standing, membership);
	const parts = observedCounting(observedCalls(own, timed), timed);
	const pipeline = observedPipeline(createPipeline(parts), metrics, timed);
	const report = (told: ConversationEvent): void => {
		const { event, ...details } = told;
		countEvent(metrics, told);
		surroundings.log(event, details);
	};
	const failed = (): void => surroundings.log('noise-not-drawn-ahead', { hospital: config.hospital });
	const listening = drawWhileListening(client, { pool: own.noise, pause, failed });
	await converse({ pipeline, sessions: store.sessions, client: listening, random, pause, report }, signal);
	if (signal.reason instanceof StateRolledBack) throw signal.reason;
}

function untimed<T>(_event: string, _details: EventDetails, work: () => Promise<T>): Promise<T> {
	return work();
}

function becomeMember(standing: Standing, manifest: Manifest): Membership {
	const { config, surroundings, keys, store } = standing;
	const { clock, random } = surroundings;
	const capsOf = (project: string): BudgetCaps =>
		loweredCaps(budgetCapsOf(manifest.policy, project), config.budget);
	return {
		manifest,
		ledger: createLedger(store.database, capsOf, clock),
		audit: openLog(store, config, {
			...{ keys, manifest, clock, random },
			recent: store.recent,
			mayMove: store.check,
		}),
	};
}

export function partsOf(
	standing: Standing,
	{ manifest, ledger, audit }: Membership,
): NodeParts & { readonly noise: NoisePool } {
	const { config, surroundings, keys, files, engine, store } = standing;
	const { publicData } = manifest.policy;
	const { authorization, dictionary } = files;
	return {
		hospital: config.hospital,
		manifest,
		dictionary,
		k: config.k,
		identity: {
			network: manifest.network,
			issuers: manifest.issuers,
			keys: createIssuerKeys({ timeoutMs: issuerTimeoutMs }),
			maxTokenAgeMs,
			maxRequestAgeMs,
		},
		access: {
			engine,
			dataset: authorization.dataset,
			hospitalProjects: authorization.projects.map((project) => project.id),
			publicData,
		},
		snapshots: store.snapshots,
		consents: store.consents,
		index: store.index,
		history: store.history,
		sessions: store.sessions,
		ledger,
		audit: standing.metrics.counting(audit),
		clock: surroundings.clock,
		random: surroundings.random,
		noise: openNoisePool(surroundings),
		signingSeed: keys.identity,
	};
}

async function listen(standing: Standing, progress: JoinProgress): Promise<Server> {
	const path = socketPathOf(standing.config.stateFolder);
	await clearSocket(path);
	const server = createServer(getRequestListener(localApp(localOperations(standing, progress)).fetch));
	await new Promise<void>((listening, failed) => {
		server.once('error', failed);
		server.listen(path, listening);
	});
	return server;
}

async function close(stop: AbortController, socket: Server, ended: Promise<void>): Promise<void> {
	stop.abort();
	socket.closeAllConnections();
	await ended;
}
