// Reads a hospital's configured sources into a new snapshot, and tells hospital IT how far it has come.

import { epochOf, type Result } from '@cordon/shared';
import { type IngestFault, type IngestReport, ingest } from './ingest/ingest.ts';
import type { SnapshotStore } from './ports.ts';
import type { Standing } from './start-node.ts';

export interface IngestStep {
	readonly event: 'progress';
	readonly kind: string;
	readonly source: number;
	readonly done: number;
	readonly total: number | null;
}

/** Between two lines of progress: a folder of a million files is not a million lines. */
const everyMs = 500;

/** The node is being stopped: nothing of the new snapshot is kept. */
class IngestStopped extends Error {
	constructor() {
		super('the node is being stopped');
		this.name = 'IngestStopped';
	}
}

/**
 * Errors  the faults of `ingest`; nothing is committed with one. Rejects when the node is stopped meanwhile, and then
 *         nothing is committed either. Only one runs at a time in a node.
 */
export async function ingestSources(
	{ config, files, keys, store, surroundings, stopping }: Standing,
	consentWaived: boolean,
	tell: (step: IngestStep) => Promise<void>,
): Promise<Result<IngestReport, IngestFault>> {
	const epoch = epochOf(surroundings.clock.nowMs());
	let toldMs = 0;
	return ingest({
		sources: config.sources,
		baseFolder: config.baseFolder,
		dictionary: files.dictionary,
		mapping: files.mapping,
		patientsMatching: config.patientsMatching === null ? null : new RegExp(config.patientsMatching, 'u'),
		withdrawals: config.withdrawalsFile,
		consentWaived,
		pseudonymKey: keys.pseudonym,
		epoch: epoch.label,
		epochDay: epoch.firstDay,
		store: untilStopped(store.snapshots, stopping),
		progress: ({ kind, source, done, total }) => {
			const nowMs = surroundings.clock.nowMs();
			if (nowMs - toldMs < everyMs && done !== total) return;
			toldMs = nowMs;
			tell({ event: 'progress', kind, source, done, total }).catch(() => undefined);
		},
	});
}

function untilStopped(snapshots: SnapshotStore, stopping: AbortSignal): SnapshotStore {
	const orStop = async (work: () => Promise<void>): Promise<void> => {
		if (stopping.aborted) throw new IngestStopped();
		await work();
	};
	return {
		...snapshots,
		begin: async (epoch) => {
			const writer = await snapshots.begin(epoch);
			return {
				...writer,
				write: (rows) => orStop(() => writer.write(rows)),
				commit: () => orStop(() => writer.commit()),
			};
		},
	};
}
