// Opens what a node stands on: its store with the newest schema, and its log.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	auditMigration,
	type Clock,
	createAuditLog,
	type Database,
	type DatabaseLocation,
	type Dictionary,
	drawNoise,
	type Manifest,
	type Migration,
	migrate,
	openDatabase,
	policyHash,
	type Random,
	type RecentEntries,
	type TransparencyLog,
} from '@cordon/shared';
import { createExactHistory } from './adapters/exact-history/exact-history.ts';
import { exactHistoryMigration } from './adapters/exact-history/exact-history-migration.ts';
import { ledgerMigration, rhoAndRefundMigration } from './adapters/ledger/ledger-migration.ts';
import { createNoisePool } from './adapters/noise-pool/noise-pool.ts';
import { keptInputMigration } from './adapters/session-store/kept-inputs.ts';
import {
	changesMigration,
	createSessionStore,
	preparedMigration,
	type StoredSessions,
	sessionMigration,
} from './adapters/session-store/session-store.ts';
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
	ExactHistory,
	NoisePool,
	SessionStore,
	SnapshotStore,
} from './ports.ts';

export interface NodeStore {
	readonly database: Database;
	readonly snapshots: SnapshotStore;
	readonly consents: ConsentRegister;
	readonly index: CohortIndex;
	readonly history: ExactHistory;
	readonly sessions: SessionStore;
}

/** As it is opened: nobody watches yet that it does not go back. */
export interface UnwitnessedStore extends NodeStore {
	readonly sessions: StoredSessions;
}

export async function openStore(
	config: NodeConfig,
	dictionary: Dictionary,
	keys: Pick<NodeKeys, 'pseudonym'>,
): Promise<UnwitnessedStore> {
	const database = await openNodeDatabase(config);
	return {
		database,
		snapshots: createSnapshotStore(database),
		consents: createConsentRegister(database, withdrawalsOf(config, keys)),
		index: createSqlCohortIndex(database, dictionary),
		history: createExactHistory(database),
		sessions: createSessionStore(database),
	};
}

/** In the order they are applied. */
export const nodeMigrations: readonly Migration[] = [
	factsMigration,
	ledgerMigration,
	sessionMigration,
	auditMigration,
	changesMigration,
	preparedMigration,
	rhoAndRefundMigration,
	exactHistoryMigration,
	keptInputMigration,
];

/** The database at its newest schema. */
export async function openNodeDatabase(config: NodeConfig): Promise<Database> {
	const database = await openDatabase(await databaseLocation(config));
	try {
		await migrate(database, nodeMigrations);
		return database;
	} catch (error) {
		await database.close();
		throw error;
	}
}

export function openLog(
	store: NodeStore,
	config: NodeConfig,
	parts: {
		readonly keys: NodeKeys;
		readonly manifest: Manifest;
		readonly clock: Clock;
		readonly random: Random;
		readonly recent: RecentEntries;
		readonly mayMove: () => Promise<unknown>;
	},
): TransparencyLog {
	const { keys, manifest, clock, random, recent, mayMove } = parts;
	return createAuditLog(store.database, {
		origin: `${manifest.network}/${config.hospital}`,
		seed: keys.log,
		complianceKey: config.complianceKey,
		policy: () => policyHash(manifest.policy),
		clock,
		random,
		recent,
		mayMove,
	});
}

/** Empty at every start: what a node kept of its noise ends with its process. */
export function openNoisePool(parts: { readonly clock: Clock; readonly random: Random }): NoisePool {
	const { clock, random } = parts;
	return createNoisePool({ draw: (cells, plan) => drawNoise(cells, plan, random), clock });
}

function withdrawalsOf(
	{ withdrawalsFile }: NodeConfig,
	{ pseudonym }: Pick<NodeKeys, 'pseudonym'>,
): CurrentWithdrawals | null {
	return withdrawalsFile === null ? null : createCurrentWithdrawals(withdrawalsFile, pseudonym);
}

export async function databaseLocation(
	config: Pick<NodeConfig, 'database' | 'stateFolder'>,
): Promise<DatabaseLocation> {
	if (config.database.kind === 'pglite')
		return { kind: 'pglite', directory: join(config.stateFolder, 'store') };
	const url = (await readFile(config.database.urlFile, 'utf8')).trim();
	const { maxConnections, statementTimeoutMs } = config.database;
	return { kind: 'postgres', url, maxConnections, statementTimeoutMs };
}
