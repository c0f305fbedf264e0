// Starts a hospital's daemon: takes its state, opens its store, joins the network, answers until it is closed.

import { createServer, type Server } from 'node:http';
import {
	type Clock,
	createIssuerKeys,
	dictionaryHash,
	initCrypto,
	type Manifest,
	ownFolder,
	pause,
	type Random,
	type TransparencyLog,
} from '@cordon/shared';
import { getRequestListener } from '@hono/node-server';
import { createCoordinatorClient } from './adapters/coordinator-client/coordinator-client.ts';
import { createLedger } from './adapters/ledger/ledger.ts';
import { acceptManifest, readAcceptedManifest } from './adapters/state-folder/accepted-manifest.ts';
import { type NodeKeys, readNodeKeys } from './adapters/state-folder/node-keys.ts';
import { clearSocket, socketPathOf } from './adapters/state-folder/socket-path.ts';
import type { NodeConfig } from './config/node-config.ts';
import { converse } from './converse.ts';
import { localApp } from './http/local-app.ts';
import { joinNetwork } from './join-network.ts';
import { loadOperatorFiles, type OperatorFiles } from './load-operator-files.ts';
import { localOperations } from './local-operations.ts';
import { type NodeStore, openEngine, openLog, openStore } from './open-adapters.ts';
import { createPipeline } from './pipeline.ts';
import type { CoordinatorClient, Ledger, NodeParts } from './ports.ts';

export interface NodeSurroundings {
	readonly clock: Clock;
	readonly random: Random;
	/** One event, by code, with ids; never a value, a count or a token. */
	readonly log: (event: string, details: Readonly<Record<string, string | number>>) => void;
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
	readonly store: NodeStore;
	readonly client: CoordinatorClient;
}

/** What there is only once the network's manifest is in force. */
export interface Membership {
	readonly manifest: Manifest;
	readonly ledger: Ledger;
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
const maxRequestAgeMs = 600_000;

/**
 * Errors  throws `FolderInUse` where another process owns the state; `OperatorFileWrong`; anything missing that
 *         security needs (a key, a setting) throws before a single question can be heard.
 */
export async function startNode(config: NodeConfig, surroundings: NodeSurroundings): Promise<RunningNode> {
	await initCrypto();
	const release = ownFolder(config.stateFolder);
	const keys = await readNodeKeys(config.stateFolder);
	const files = await loadOperatorFiles(config);
	const store = await openStore(config, files.dictionary, keys);
	const client = createCoordinatorClient({
		hospital: config.hospital,
		seed: keys.identity,
		clock: surroundings.clock,
		coordinator: config.coordinator,
	});
	const standing: Standing = { config, surroundings, keys, files, store, client };
	const stop = new AbortController();
	const accept = (hash: string): Promise<boolean> => acceptManifest(config.stateFolder, hash);
	const progress: JoinProgress = { member: null, draft: null, accept };
	const socket = await listen(standing, progress);
	surroundings.log('ready', { hospital: config.hospital });
	const ended = participate(standing, stop.signal, progress).finally(async () => {
		await new Promise((closed) => socket.close(closed));
		await store.database.close();
		release();
	});
	return { ended, close: () => close(stop, socket, ended) };
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
	const pipeline = createPipeline(partsOf(standing, membership));
	const report = ({ event, ...details }: { readonly event: string }): void =>
		surroundings.log(event, details);
	const { random } = surroundings;
	await converse({ pipeline, sessions: store.sessions, client, random, pause, report }, signal);
}

function becomeMember(standing: Standing, manifest: Manifest): Membership {
	const { config, surroundings, keys, store } = standing;
	const { clock, random } = surroundings;
	const caps = {
		epochMicros: manifest.policy.epsilonPerEpochMicros,
		lifeMicros: manifest.policy.epsilonForLifeMicros,
	};
	return {
		manifest,
		ledger: createLedger(store.database, caps, clock),
		audit: openLog(store, config, { keys, manifest, clock, random }),
	};
}

function partsOf(standing: Standing, { manifest, ledger, audit }: Membership): NodeParts {
	const { config, surroundings, keys, files, store } = standing;
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
			engine: openEngine(config, authorization),
			dataset: authorization.dataset,
			hospitalProjects: authorization.projects.map((project) => project.id),
			publicData,
		},
		snapshots: store.snapshots,
		consents: store.consents,
		index: store.index,
		sessions: store.sessions,
		ledger,
		audit,
		clock: surroundings.clock,
		random: surroundings.random,
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
