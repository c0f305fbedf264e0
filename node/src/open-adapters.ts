// Opens what a node stands on: its store with the newest schema, its log, its ledger, its policy engine.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	createEvaluator,
	createOpenFgaEngine,
	type HospitalAuthorization,
	hospitalTuples,
	loadModel,
	type RelationshipEngine,
} from '@cordon/policies';
import {
	auditMigration,
	type Clock,
	createAuditLog,
	type Database,
	type DatabaseLocation,
	type Dictionary,
	type Manifest,
	migrate,
	openDatabase,
	policyHash,
	type Random,
	type TransparencyLog,
} from '@cordon/shared';
import { ledgerMigration } from './adapters/ledger/ledger-migration.ts';
import { createSessionStore, sessionMigration } from './adapters/session-store/session-store.ts';
import { createConsentRegister } from './adapters/snapshot/consent-register.ts';
import { factsMigration } from './adapters/snapshot/facts-migration.ts';
import { createSnapshotStore } from './adapters/snapshot/snapshot-store.ts';
import { createSqlCohortIndex } from './adapters/sql-cohort-index/sql-cohort-index.ts';
import type { NodeKeys } from './adapters/state-folder/node-keys.ts';
import type { NodeConfig } from './config/node-config.ts';
import { createCurrentWithdrawals } from './ingest/current-withdrawals.ts';
import type {
	CohortIndex,
	ConsentRegister,
	CurrentWithdrawals,
	SessionStore,
	SnapshotStore,
} from './ports.ts';

export interface NodeStore {
	readonly database: Database;
	readonly snapshots: SnapshotStore;
	readonly consents: ConsentRegister;
	readonly index: CohortIndex;
	readonly sessions: SessionStore;
}

const engineTimeoutMs = 2_000;

export async function openStore(
	config: NodeConfig,
	dictionary: Dictionary,
	keys: Pick<NodeKeys, 'pseudonym'>,
): Promise<NodeStore> {
	const database = await openDatabase(await locate(config));
	await migrate(database, [factsMigration, ledgerMigration, sessionMigration, auditMigration]);
	return {
		database,
		snapshots: createSnapshotStore(database),
		consents: createConsentRegister(database, withdrawalsOf(config, keys)),
		index: createSqlCohortIndex(database, dictionary),
		sessions: createSessionStore(database),
	};
}

export function openLog(
	store: NodeStore,
	config: NodeConfig,
	parts: {
		readonly keys: NodeKeys;
		readonly manifest: Manifest;
		readonly clock: Clock;
		readonly random: Random;
	},
): TransparencyLog {
	const { keys, manifest, clock, random } = parts;
	return createAuditLog(store.database, {
		origin: `${manifest.network}/${config.hospital}`,
		seed: keys.log,
		complianceKey: config.complianceKey,
		policy: () => policyHash(manifest.policy),
		clock,
		random,
	});
}

export function openEngine(config: NodeConfig, authorization: HospitalAuthorization): RelationshipEngine {
	const { policyEngine } = config;
	if (policyEngine.kind === 'in-process') return createEvaluator(loadModel(), hospitalTuples(authorization));
	const { apiUrl, store: pinned } = policyEngine;
	if (pinned === null) throw new Error('the policy engine has no store: run `cordon node authz sync`');
	return createOpenFgaEngine({ apiUrl, ...pinned, timeoutMs: engineTimeoutMs });
}

function withdrawalsOf(
	{ withdrawalsFile }: NodeConfig,
	{ pseudonym }: Pick<NodeKeys, 'pseudonym'>,
): CurrentWithdrawals | null {
	return withdrawalsFile === null ? null : createCurrentWithdrawals(withdrawalsFile, pseudonym);
}

async function locate(config: NodeConfig): Promise<DatabaseLocation> {
	if (config.database.kind === 'pglite')
		return { kind: 'pglite', directory: join(config.stateFolder, 'store') };
	const url = (await readFile(config.database.urlFile, 'utf8')).trim();
	const { maxConnections, statementTimeoutMs } = config.database;
	return { kind: 'postgres', url, maxConnections, statementTimeoutMs };
}
