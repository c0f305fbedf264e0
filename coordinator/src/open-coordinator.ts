// Opens what a coordinator runs on: keys, database at its newest schema, log, stores. Shared by init, invite and start.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	auditMigration,
	type Clock,
	createAuditLog,
	type Database,
	type DatabaseLocation,
	initCrypto,
	type Migration,
	migrate,
	openDatabase,
	policyHash,
	publicKeyOf,
	type Random,
	type TransparencyLog,
	type Wire,
} from '@cordon/shared';
import { coordinatorMigrations } from './adapters/coordinator-migrations.ts';
import type { CoordinatorKeys } from './adapters/key-files.ts';
import { abandonmentMigration } from './adapters/sql-abandonments.ts';
import { exactSessionsMigration } from './adapters/sql-exact-sessions.ts';
import { sqlMembershipStore } from './adapters/sql-membership-store.ts';
import { preparedMigration } from './adapters/sql-prepared-store.ts';
import type { CoordinatorConfig } from './config.ts';
import type { Founding } from './membership/founding.ts';
import type { CoordinatorAudit, MembershipStore } from './ports.ts';

export interface Machine {
	readonly clock: Clock;
	readonly random: Random;
}

/** In the order they are applied. */
const [first, ...later] = coordinatorMigrations;
export const everyCoordinatorMigration: readonly Migration[] = [
	...(first === undefined ? [] : [first]),
	auditMigration,
	...later,
	preparedMigration,
	exactSessionsMigration,
	abandonmentMigration,
];

export async function openStore(
	config: Pick<CoordinatorConfig, 'database' | 'stateFolder'>,
): Promise<Database> {
	await initCrypto();
	const database = await openDatabase(await locationOf(config));
	try {
		await migrate(database, everyCoordinatorMigration);
		return database;
	} catch (error) {
		await database.close();
		throw error;
	}
}

export async function locationOf(
	config: Pick<CoordinatorConfig, 'database' | 'stateFolder'>,
): Promise<DatabaseLocation> {
	const { database, stateFolder } = config;
	if (database.kind === 'pglite') return { kind: 'pglite', directory: join(stateFolder, 'database') };
	const url = (await readFile(database.urlFile.reveal(), 'utf8')).trim();
	const { maxConnections, statementTimeoutMs } = database;
	return { kind: 'postgres', url, maxConnections, statementTimeoutMs };
}

export interface LogParts extends Machine {
	readonly database: Database;
	readonly keys: CoordinatorKeys;
	readonly complianceKey: string;
	readonly founding: Founding;
}

export function openLog(parts: LogParts): TransparencyLog {
	const { founding, keys, complianceKey, clock, random } = parts;
	const policy = policyHash(founding.policy);
	const origin = `${founding.network}/coordinator`;
	return createAuditLog(parts.database, {
		origin,
		seed: keys.log,
		complianceKey,
		policy: () => policy,
		clock,
		random,
	});
}

/** Adds the receipt in the form that travels inside an answer. */
export function auditOf(log: TransparencyLog): CoordinatorAudit {
	return {
		append: log.append,
		// A receipt is texts and numbers; parsed again so that nothing else can be in it.
		proof: async (index) => JSON.parse(JSON.stringify(await log.receipt(index))) as Wire,
	};
}

export async function requireFounding(membership: MembershipStore): Promise<Founding> {
	const founding = await membership.founding();
	if (founding === null) throw new NotFounded();
	return founding;
}

/** `cordon coordinator init` has not been run on this state folder. */
export class NotFounded extends Error {
	constructor() {
		super('this coordinator has not been founded: run `cordon coordinator init` first');
		this.name = 'NotFounded';
	}
}

export function membershipOf(database: Database): MembershipStore {
	return sqlMembershipStore(database);
}

export function logKeyOf(keys: CoordinatorKeys): string {
	return publicKeyOf(keys.log);
}
