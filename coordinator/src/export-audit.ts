// Exports the log of a coordinator that does not run, for the compliance officer.

import { readKeyFiles } from './adapters/key-files.ts';
import type { CoordinatorConfig } from './config.ts';
import { type Machine, membershipOf, openLog, openStore, requireFounding } from './open-coordinator.ts';

/** A JSON line each, as `cordon audit verify` reads it. Errors: throws `FolderInUse` while the coordinator runs. */
export async function* exportCoordinatorAudit(
	config: CoordinatorConfig,
	machine: Machine,
): AsyncIterable<string> {
	const keys = await readKeyFiles(config.stateFolder);
	const database = await openStore(config);
	try {
		const founding = await requireFounding(membershipOf(database));
		const { complianceKey } = config;
		yield* openLog({ ...machine, database, keys, founding, complianceKey }).exportLines();
	} finally {
		await database.close();
	}
}
