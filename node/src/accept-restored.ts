// Lets a node go on with a database that came from a backup, at the price that makes it safe: whatever may have been
// said since counts as said, and whatever may have been spent as spent.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
	appendEntry,
	budgetCapsOf,
	type Clock,
	type Database,
	err,
	initCrypto,
	type LoggedEntry,
	type LogIdentity,
	logRoot,
	logSize,
	type Manifest,
	ok,
	ownFolder,
	parseSignedManifest,
	policyHash,
	type Random,
	type Result,
	refillLog,
	rootOfEntries,
	type Tx,
	verifySignedManifest,
} from '@cordon/shared';
import { chargeRestored, type RestoredCharge } from './adapters/ledger/charge-restored.ts';
import { voidSessions } from './adapters/session-store/session-store.ts';
import { isOlder, progressIn, raiseChanges } from './adapters/session-store/store-progress.ts';
import { readNodeKeys } from './adapters/state-folder/node-keys.ts';
import { readWitness, type Witnessed } from './adapters/witness/read-witness.ts';
import { bringUpWitness } from './adapters/witness/rollback-guard.ts';
import { openWitness } from './adapters/witness/witness-file.ts';
import type { NodeConfig } from './config/node-config.ts';
import { openNodeDatabase } from './open-adapters.ts';

export interface RestoreReport {
	/** Entries of the log in the database, and those put back from the witness. */
	readonly foundEntries: number;
	readonly refilledEntries: number;
	/** Nothing is answered from the data of these epochs any more. */
	readonly charged: readonly RestoredCharge[];
}

/** `not-joined`: the node has never answered, so there is nothing to accept. */
export type RestoreFault = 'not-rolled-back' | 'another-history' | 'not-joined';

/**
 * Of a node that does not run. One transaction: it is accepted whole, or not at all.
 *
 * Errors  `not-rolled-back` the database is the newest: nothing is charged; `another-history` its log is no
 *         beginning of this hospital's; throws `WitnessLost`, `FolderInUse`.
 */
export async function acceptRestored(
	config: NodeConfig,
	machine: { readonly clock: Clock; readonly random: Random },
): Promise<Result<RestoreReport, RestoreFault>> {
	await initCrypto();
	const release = ownFolder(config.stateFolder);
	try {
		const witnessed = await readWitness(config.stateFolder, (entry) => entry);
		const manifest = await keptManifest(config);
		if (manifest === null) return err('not-joined');
		const keys = await readNodeKeys(config.stateFolder);
		const identity: LogIdentity = {
			...machine,
			origin: `${manifest.network}/${config.hospital}`,
			seed: keys.log,
			complianceKey: config.complianceKey,
			policy: () => policyHash(manifest.policy),
		};
		return await acceptDatabase(config, witnessed, { identity, manifest });
	} finally {
		release();
	}
}

interface Terms {
	readonly identity: LogIdentity;
	readonly manifest: Manifest;
}

async function acceptDatabase(
	config: NodeConfig,
	witnessed: Witnessed<LoggedEntry>,
	terms: Terms,
): Promise<Result<RestoreReport, RestoreFault>> {
	const database = await openNodeDatabase(config);
	try {
		const accepted = await database.exclusive('cordon-restore', (tx) => accept(tx, witnessed, terms));
		if (accepted.ok) await seal(config, database);
		return accepted;
	} finally {
		await database.close();
	}
}

async function accept(
	tx: Tx,
	{ mark, entries }: Witnessed<LoggedEntry>,
	{ identity, manifest }: Terms,
): Promise<Result<RestoreReport, RestoreFault>> {
	const found = await progressIn(tx);
	const { size } = found;
	const common = Math.min(size, mark.size);
	if ((await logRoot(tx, common)) !== rootOfEntries(entries.slice(0, common))) return err('another-history');
	if (!isOlder(found, mark)) return err('not-rolled-back');
	const lost = entries.slice(size);
	await refillLog(tx, identity, lost);
	await voidSessions(tx, mark.cursor);
	await raiseChanges(tx, mark.changes);
	// The same backup restored twice is two restorations: the log is longer by the first one's entry.
	const name = `${await logSize(tx)}`;
	const nowMs = identity.clock.nowMs();
	// The network's and not the hospital's own: those may have been lowered after what is not known was spent.
	const caps = budgetCapsOf(manifest.policy, '');
	const charged = await chargeRestored(tx, name, { caps, nowMs });
	await appendEntry(tx, identity, {
		key: `restored/${name}`,
		stage: 'audit',
		decision: 'changed',
		body: {
			event: 'restored',
			foundEntries: size,
			refilledEntries: lost.length,
			charged: charged.map(({ epoch, micros }) => ({ epoch, micros })),
		},
	});
	return ok({ foundEntries: size, refilledEntries: lost.length, charged });
}

async function seal(config: NodeConfig, database: Database): Promise<void> {
	const witness = await openWitness(config.stateFolder);
	try {
		await bringUpWitness({ database, witness });
	} finally {
		await witness.close();
	}
}

async function keptManifest(config: NodeConfig): Promise<Manifest | null> {
	const text = await readFile(join(config.stateFolder, 'manifest.json'), 'utf8').catch(() => null);
	if (text === null) return null;
	const signed = parseSignedManifest(JSON.parse(text));
	const verified = signed.ok ? verifySignedManifest(signed.value, config.coordinator.identityKey) : signed;
	return verified.ok ? verified.value : null;
}
