// One hospital's pipeline on real adapters over a database in memory, and what it said, logged and charged.
// Nothing stands before it: whoever calls `hear` is a coordinator that forwards everything.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createEvaluator, type HospitalAuthorization, hospitalTuples, loadModel } from '@cordon/policies';
import {
	budgetCapsOf,
	createAuditLog,
	type Database,
	dictionaryHash,
	initCrypto,
	type Manifest,
	migrate,
	newRequestKey,
	newSealingKeys,
	newSigningSeed,
	openDatabase,
	policyHash,
	publicKeyOf,
	type RequestKey,
	type SigningSeed,
	type ToCoordinator,
	type ToNode,
	toBase64Url,
} from '@cordon/shared';
import { createExactHistory } from '../../node/src/adapters/exact-history/exact-history.ts';
import { createLedger } from '../../node/src/adapters/ledger/ledger.ts';
import { createSessionStore } from '../../node/src/adapters/session-store/session-store.ts';
import { createConsentRegister } from '../../node/src/adapters/snapshot/consent-register.ts';
import { createSnapshotStore } from '../../node/src/adapters/snapshot/snapshot-store.ts';
import { createSqlCohortIndex } from '../../node/src/adapters/sql-cohort-index/sql-cohort-index.ts';
import { nodeMigrations } from '../../node/src/open-adapters.ts';
import { createPipeline } from '../../node/src/pipeline.ts';
import type { NodeParts } from '../../node/src/ports.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { writeRecords } from '../index/fact-rows.ts';
import { smallDictionary } from '../index/small-dictionary.ts';
import { type ComplianceKeys, type OpenedEntry, openLog } from './opened-log.ts';

export const hospitals = ['east', 'north', 'south', 'west'] as const;
export type Hospital = (typeof hospitals)[number];
export const network = 'atlas';
export const issuer = 'https://idp.example';
export const epoch = '2026-11';
/** The hospital that is judged. */
export const self: Hospital = 'north';

export interface JudgedNode {
	readonly database: Database;
	readonly parts: NodeParts;
	/** Settable: the node's clock, the researcher's and the issuer's at once. */
	readonly clock: { nowMs: number };
	readonly issuerKey: KeyObject;
	readonly researcher: RequestKey;
	readonly seeds: Readonly<Record<Hospital, SigningSeed>>;
	/** Calls of the ports that read patients' data, by name. */
	readonly touched: string[];
	/** Hands a message to a pipeline made of these parts, and returns what it says because of it. */
	readonly hear: (message: ToNode, parts?: NodeParts) => Promise<readonly ToCoordinator[]>;
	readonly endOverdue: () => Promise<void>;
	readonly log: () => Promise<readonly OpenedEntry[]>;
	readonly close: () => Promise<void>;
}

const policy: Manifest['policy'] = {
	aggregation: 'secure',
	visibility: 'visible',
	mechanisms: ['noised'],
	k: 11,
	publicData: false,
	epsilonPerEpochMicros: 50_000_000,
	epsilonForLifeMicros: 51_000_000,
	hospitalsPerPatient: 1,
	colluders: null,
	sessionDeadlineMs: 60_000,
	replyMs: 0,
	maxCells: 8,
};

/** `glioma` is the ordinary project; each other one lacks, or has, one thing. */
export const authorization: HospitalAuthorization = {
	hospital: self,
	dataset: 'north-data',
	stewards: ['steward'],
	complianceOfficers: ['officer'],
	projects: [
		grant('glioma', {}),
		grant('generous', { asks: ['exists', 'count', 'distribution', 'table'], exact: true }),
		grant('lapsed', { until: '2020-01-01' }),
		grant('pair', {}),
		grant('without-us', {}),
	],
};

const rosters: Readonly<Record<string, readonly Hospital[]>> = {
	glioma: hospitals,
	generous: hospitals,
	lapsed: hospitals,
	pair: ['north', 'south'],
	'not-ours': hospitals,
	'without-us': ['east', 'south', 'west'],
};

export async function openJudgedNode(options: { readonly isEmpty: boolean }): Promise<JudgedNode> {
	await initCrypto();
	const random = seededRandom('judged node');
	const seeds = seedsOf((length) => random.bytes(length));
	const logSeed = newSigningSeed(random.bytes(32));
	const compliance = await newSealingKeys();
	const { privateKey: issuerKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const clock = { nowMs: Date.UTC(2026, 10, 23, 12) };
	const touched: string[] = [];
	const database = await openDatabase({ kind: 'memory' });
	await migrate(database, nodeMigrations);
	const now = { nowMs: () => clock.nowMs };
	const audit = createAuditLog(database, {
		origin: `${network}/${self}`,
		seed: logSeed,
		complianceKey: toBase64Url(compliance.publicKey),
		policy: () => policyHash(policy),
		clock: now,
		random,
	});
	const parts: NodeParts = {
		hospital: self,
		manifest: manifestOf(seeds),
		dictionary: smallDictionary,
		k: 11,
		identity: {
			network,
			issuers: [{ issuer, jwksUri: `${issuer}/jwks`, audience: network }],
			keys: () => async () => publicKey,
			maxTokenAgeMs: 3_600_000,
			maxRequestAgeMs: 600_000,
		},
		access: {
			engine: createEvaluator(loadModel(), hospitalTuples(authorization)),
			dataset: authorization.dataset,
			hospitalProjects: authorization.projects.map(({ id }) => id),
			publicData: false,
		},
		...dataPorts(database, touched),
		ledger: createLedger(database, (project) => budgetCapsOf(policy, project), now),
		sessions: createSessionStore(database),
		audit,
		clock: now,
		random,
		signingSeed: seeds[self],
	};
	const { sessions } = parts;
	if (!options.isEmpty) await writeRecords(parts.snapshots, patients);
	let sequence = 0;
	return {
		database,
		parts,
		clock,
		issuerKey,
		researcher: (await newRequestKey()).key,
		seeds,
		touched,
		hear: async (message, changed = parts) => {
			sequence += 1;
			await createPipeline(changed).handle(sequence, message);
			const said = await sessions.unsent();
			for (const { id } of said) await sessions.markSent(id);
			return said.map((one) => one.message);
		},
		endOverdue: () => createPipeline(parts).endOverdue(),
		log: () => readLog(audit.exportLines(), logSeed, compliance),
		close: () => database.close(),
	};
}

const patients = ['first', 'second', 'third'].map((patient) => ({
	patient,
	examined: { image: true, genomes: [], clinical: true },
	series: [],
	values: [],
	genotypes: [],
	conditions: ['top'],
}));

/** The real ports over patients' data, each call noted before it is made. */
function dataPorts(
	database: Database,
	touched: string[],
): Pick<NodeParts, 'snapshots' | 'consents' | 'index' | 'history'> {
	const register = createConsentRegister(database);
	const index = createSqlCohortIndex(database, smallDictionary);
	return {
		snapshots: createSnapshotStore(database),
		history: createExactHistory(database),
		consents: {
			all: () => {
				touched.push('consents');
				return register.all();
			},
		},
		index: {
			count: (plan, ordinals) => {
				touched.push('index');
				return index.count(plan, ordinals);
			},
			place: (plan, ordinals) => {
				touched.push('index');
				return index.place(plan, ordinals);
			},
		},
	};
}

function manifestOf(seeds: JudgedNode['seeds']): Manifest {
	const keyOf = (name: string): string => publicKeyOf(newSigningSeed(seededRandom(`${name} key`).bytes(32)));
	return {
		cordon: 1,
		network,
		version: 1,
		previous: null,
		coordinator: { identityKey: keyOf('coordinator'), logKey: keyOf('coordinator log') },
		members: hospitals.map((hospital) => ({
			hospital,
			name: hospital,
			identityKey: publicKeyOf(seeds[hospital]),
			logKey: keyOf(`${hospital} log`),
			k: 11,
		})),
		issuers: [{ issuer, jwksUri: `${issuer}/jwks`, audience: network }],
		dictionary: dictionaryHash(smallDictionary),
		policy,
		projects: Object.entries(rosters).map(([id, roster]) => ({ id, title: id, hospitals: roster })),
	};
}

function seedsOf(bytes: (length: number) => Uint8Array): JudgedNode['seeds'] {
	const seed = (): SigningSeed => newSigningSeed(bytes(32));
	return { east: seed(), north: seed(), south: seed(), west: seed() };
}

function grant(
	id: string,
	change: Partial<HospitalAuthorization['projects'][number]>,
): HospitalAuthorization['projects'][number] {
	return {
		id,
		members: ['ada'],
		purposes: ['HMB'],
		asks: ['exists', 'count', 'distribution'],
		exact: false,
		until: '2030-12-31',
		...change,
	};
}

async function readLog(
	lines: AsyncIterable<string>,
	seed: SigningSeed,
	compliance: ComplianceKeys,
): Promise<readonly OpenedEntry[]> {
	const all = await Array.fromAsync(lines);
	return openLog(all, { name: `${network}/${self}`, publicKey: publicKeyOf(seed) }, compliance);
}
