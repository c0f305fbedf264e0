// A whole network in one process for attacks: real pipelines, stores, logs and HTTP on both sides, one random tape a
// party and one clock for all. What passes the door between them is recorded byte for byte.

import { createEvaluator, type HospitalAuthorization, hospitalTuples, loadModel } from '@cordon/policies';
import {
	budgetCapsOf,
	createAuditLog,
	type Database,
	type Manifest,
	migrate,
	openDatabase,
	policyHash,
	type ToNode,
	type TransparencyLog,
	toBase64Url,
} from '@cordon/shared';
import { researcherGate } from '../../coordinator/src/adapters/researcher-gate.ts';
import { createApp } from '../../coordinator/src/http/create-app.ts';
import type { Founding } from '../../coordinator/src/membership/founding.ts';
import { auditOf, everyCoordinatorMigration } from '../../coordinator/src/open-coordinator.ts';
import { createPipeline as createCoordinatorPipeline } from '../../coordinator/src/pipeline.ts';
import { countingRandom, seedOf } from '../../coordinator/src/testing/seeded.ts';
import {
	foundNetwork,
	type TestCoordinator,
	testCoordinator,
} from '../../coordinator/src/testing/test-coordinator.ts';
import { testDictionary, testFounding, testPolicy } from '../../coordinator/src/testing/test-policy.ts';
import {
	type ClientParts,
	createCoordinatorClient,
} from '../../node/src/adapters/coordinator-client/coordinator-client.ts';
import { createExactHistory } from '../../node/src/adapters/exact-history/exact-history.ts';
import { createLedger } from '../../node/src/adapters/ledger/ledger.ts';
import { createSessionStore } from '../../node/src/adapters/session-store/session-store.ts';
import { createConsentRegister } from '../../node/src/adapters/snapshot/consent-register.ts';
import { createSnapshotStore } from '../../node/src/adapters/snapshot/snapshot-store.ts';
import { createSqlCohortIndex } from '../../node/src/adapters/sql-cohort-index/sql-cohort-index.ts';
import { nodeMigrations } from '../../node/src/open-adapters.ts';
import { createPipeline, type Pipeline } from '../../node/src/pipeline.ts';
import type { CoordinatorClient, NodeParts } from '../../node/src/ports.ts';
import { type Patient, writePatients } from './neighbouring-patients.ts';
import { type FixedKeys, fixedKeys, publicUrl } from './prepared-asks.ts';

export const hospitals: readonly string[] = testFounding.hospitals;

/** One request and its answer, as bytes on the line, headers of content included. */
export interface Exchange {
	readonly from: string;
	readonly path: string;
	readonly sent: string;
	readonly status: number;
	readonly answered: string;
}

export interface NetworkOptions {
	readonly patients: Readonly<Record<string, readonly Patient[]>>;
	readonly policy?: Partial<Manifest['policy']>;
	/** How many sessions the coordinator keeps ready; none by default. */
	readonly preparedSessions?: number;
	/** Changes one hospital's parts: a planted leak, or an attack from inside. */
	readonly plant?: (hospital: string, parts: NodeParts) => NodeParts;
}

export interface InProcessNode {
	readonly hospital: string;
	readonly parts: NodeParts;
	readonly log: TransparencyLog;
	readonly client: CoordinatorClient;
	readonly database: Database;
	/** Says what is unsaid, listens once, deals with what it heard; false where there was nothing. */
	readonly turn: () => Promise<boolean>;
}

export interface InProcessNetwork {
	readonly coordinator: TestCoordinator;
	readonly coordinatorLog: TransparencyLog;
	readonly manifest: Manifest;
	readonly nodes: readonly InProcessNode[];
	readonly exchanges: readonly Exchange[];
	/** Through the coordinator's door, recorded. */
	readonly call: (from: string, path: string, init?: RequestInit) => Promise<Response>;
	/** Lets all hospitals work in the roster's order until nobody has anything left to say. */
	readonly settle: () => Promise<void>;
}

const databases = new Map<string, Database>();

/** Opened once a test file and emptied for each network: opening one takes longer than all of a script's questions. */
async function emptyDatabase(party: string): Promise<Database> {
	const database = databases.get(party) ?? (await openDatabase({ kind: 'memory' }));
	databases.set(party, database);
	await empty(database);
	return database;
}

/** For `beforeAll`, which may take longer than a test: on a busy machine this takes most of the time. */
export async function openDatabases(): Promise<void> {
	for (const party of hospitals) await emptyDatabase(party);
	await testCoordinator();
}

async function empty(database: Database): Promise<void> {
	await database.read(async (tx) => {
		await tx.execute('drop schema public cascade');
		await tx.execute('create schema public');
	});
}

export async function openNetwork(options: NetworkOptions): Promise<InProcessNetwork> {
	const keys = await fixedKeys();
	const policy = { ...testPolicy, ...options.policy };
	const { coordinator, log: coordinatorLog } = await openCoordinator(
		{ ...testFounding, policy },
		options.preparedSessions ?? 0,
		keys,
	);
	const members = await foundNetwork(coordinator);
	const manifest = await members[0]?.manifest();
	if (manifest === undefined) throw new Error('a network has members');
	const exchanges: Exchange[] = [];
	const call = recordedDoor(coordinator, exchanges);
	const nodes: InProcessNode[] = [];
	for (const hospital of hospitals) {
		nodes.push(await openNode({ hospital, manifest, coordinator, keys, options, call }));
	}
	const settle = async (): Promise<void> => {
		let worked = true;
		while (worked) {
			worked = false;
			for (const node of nodes) worked = (await node.turn()) || worked;
		}
	};
	return { coordinator, coordinatorLog, manifest, nodes, exchanges, call, settle };
}

type Door = InProcessNetwork['call'];

function recordedDoor(coordinator: TestCoordinator, exchanges: Exchange[]): Door {
	return async (from, path, init) => {
		const answer = await coordinator.app.request(`${publicUrl}${path}`, init);
		const bytes = Buffer.from(await answer.clone().arrayBuffer());
		const isText = answer.headers.get('content-type') !== 'application/cbor';
		const answered = bytes.toString(isText ? 'utf8' : 'base64url');
		const sent = textOf(init?.body ?? '');
		exchanges.push({ from, path, sent, status: answer.status, answered });
		return answer;
	};
}

/** A body as it was sent; bytes, which are envelopes, in base64url. */
function textOf(body: unknown): string {
	if (typeof body === 'string') return body;
	if (!(body instanceof Uint8Array)) throw new Error('a body that nobody could compare');
	return Buffer.from(body).toString('base64url');
}

/** The coordinator of its own tests, with the gate and the log of a real one. */
async function openCoordinator(
	founding: Founding,
	preparedSessions: number,
	keys: FixedKeys,
): Promise<{ readonly coordinator: TestCoordinator; readonly log: TransparencyLog }> {
	const base = await testCoordinator({ founding, preparedSessions });
	// Founded anew on the schema of a real one, in its order.
	await empty(base.database);
	await migrate(base.database, everyCoordinatorMigration);
	await base.parts.membership.found(founding);
	const { clock, random } = base.parts;
	const log = createAuditLog(base.database, {
		origin: 'test-network/coordinator',
		seed: seedOf('coordinator log'),
		complianceKey: toBase64Url(keys.compliance.publicKey),
		policy: () => policyHash(founding.policy),
		clock,
		random,
	});
	const gate = researcherGate({ clock, keysOf: () => async () => keys.issuer.publicKey });
	const core = { ...base.parts, audit: auditOf(log), gate };
	const parts = { ...core, pipeline: createCoordinatorPipeline(core) };
	return { coordinator: { ...base, parts, app: createApp(parts) }, log };
}

export function authorizationOf(hospital: string): HospitalAuthorization {
	return {
		hospital,
		dataset: `${hospital}-data`,
		stewards: ['steward'],
		complianceOfficers: ['officer'],
		projects: [
			{
				id: 'glioma',
				members: ['ada'],
				purposes: ['HMB'],
				asks: ['exists', 'count', 'distribution', 'table'],
				exact: true,
				until: '2030-12-31',
			},
		],
	};
}

interface NodeSetup {
	readonly hospital: string;
	readonly manifest: Manifest;
	readonly coordinator: TestCoordinator;
	readonly keys: FixedKeys;
	readonly options: NetworkOptions;
	readonly call: Door;
}

async function openNode(setup: NodeSetup): Promise<InProcessNode> {
	const { hospital, coordinator, keys, options, manifest } = setup;
	const database = await emptyDatabase(hospital);
	await migrate(database, nodeMigrations);
	const clock = coordinator.time;
	const random = countingRandom(hospital);
	const log = createAuditLog(database, {
		origin: `${manifest.network}/${hospital}`,
		seed: seedOf(`${hospital} log`),
		complianceKey: toBase64Url(keys.compliance.publicKey),
		policy: () => policyHash(manifest.policy),
		clock,
		random,
	});
	const honest = partsOf(setup, { database, log, clock, random });
	await writePatients(honest.snapshots, options.patients[hospital] ?? []);
	const parts = options.plant?.(hospital, honest) ?? honest;
	const client = throughDoor(setup, {
		hospital,
		seed: parts.signingSeed,
		clock,
		coordinator: { url: publicUrl, identityKey: manifest.coordinator.identityKey },
	});
	return { hospital, parts, log, client, database, turn: () => turn(parts, client) };
}

function partsOf(
	{ hospital, manifest, keys }: NodeSetup,
	{
		database,
		log,
		clock,
		random,
	}: { readonly database: Database; readonly log: TransparencyLog } & Pick<NodeParts, 'clock' | 'random'>,
): NodeParts {
	const authorization = authorizationOf(hospital);
	return {
		hospital,
		manifest,
		dictionary: testDictionary,
		k: manifest.policy.k,
		identity: {
			network: manifest.network,
			issuers: manifest.issuers,
			keys: () => async () => keys.issuer.publicKey,
			maxTokenAgeMs: 3_600_000,
			maxRequestAgeMs: 600_000,
		},
		access: {
			engine: createEvaluator(loadModel(), hospitalTuples(authorization)),
			dataset: authorization.dataset,
			hospitalProjects: authorization.projects.map(({ id }) => id),
			publicData: false,
		},
		snapshots: createSnapshotStore(database),
		consents: createConsentRegister(database),
		index: createSqlCohortIndex(database, testDictionary),
		history: createExactHistory(database),
		ledger: createLedger(database, (project) => budgetCapsOf(manifest.policy, project), clock),
		sessions: createSessionStore(database),
		audit: log,
		clock,
		random,
		signingSeed: seedOf(hospital),
	};
}

/** The real client; where it reaches for the network it finds the door of this one, as itself and nobody else. */
function throughDoor({ hospital, call }: NodeSetup, parts: ClientParts): CoordinatorClient {
	return createCoordinatorClient({
		...parts,
		exchange: async (url, { method, contentType, body }) => {
			const headers: Record<string, string> =
				contentType === undefined ? {} : { 'content-type': contentType };
			const init = body === undefined ? { method, headers } : { method, headers, body: new Uint8Array(body) };
			const answer = await call(hospital, url.pathname, init);
			return { status: answer.status, body: answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null };
		},
	});
}

async function turn(parts: NodeParts, client: CoordinatorClient): Promise<boolean> {
	const pipeline = createPipeline(parts);
	const sayUnsaid = async (): Promise<number> => {
		const unsent = await parts.sessions.unsent();
		for (const message of unsent) {
			await client.send(message);
			await parts.sessions.markSent(message.id);
		}
		return unsent.length;
	};
	let worked = await sayUnsaid();
	const heard = await client.poll(await parts.sessions.cursor(), 0, AbortSignal.timeout(60_000));
	for (const { sequence, message } of heard) {
		if (message !== null) await dealWith(parts, pipeline, { sequence, message });
		worked += 1 + (await sayUnsaid());
	}
	return worked > 0;
}

/** Three attempts, then it is skipped: as a node's conversation has it. */
async function dealWith(
	parts: NodeParts,
	pipeline: Pipeline,
	{ sequence, message }: { readonly sequence: number; readonly message: ToNode },
): Promise<void> {
	for (let attempt = 1; attempt <= 3; attempt += 1) {
		const done = await pipeline.handle(sequence, message).then(
			() => true,
			() => false,
		);
		if (done) return;
	}
	await parts.sessions.save({ record: null, outgoing: [], cursor: sequence });
}
