// Reads the lists of patients that an ingest goes by, before it begins: who was examined, who withdrew.

import { resolve } from 'node:path';
import { err, ok, type Result } from '@cordon/shared';
import { faultAt, type IngestFault } from './ingest-report.ts';
import { readList } from './read-list.ts';
import type { ColumnOfFile, SourceConfig } from './source-config.ts';
import type { IssueCode } from './source-reader.ts';

export interface Lists {
	/** By index of the source; absent where the source has no list of its own. */
	readonly examined: ReadonlyMap<number, readonly string[]>;
	readonly withdrawn: readonly string[];
}

interface ListPlaces {
	readonly baseFolder: string;
	readonly withdrawals: string | null;
}

function examinedList(config: SourceConfig): ColumnOfFile | null {
	if (config.kind !== 'dicom' && config.kind !== 'maf') return null;
	return typeof config.examined === 'string' ? null : config.examined;
}

function listFault(fault: IngestFault, reason: IssueCode): IngestFault {
	return { ...fault, issues: [{ file: '', code: reason, severity: 'refused' }] };
}

/**
 * `sources` have absolute paths.
 *
 * Errors  `list-unreadable`, `withdrawals-unreadable`: a list that cannot be read is never an empty one.
 */
export async function readLists(
	sources: readonly SourceConfig[],
	{ baseFolder, withdrawals }: ListPlaces,
): Promise<Result<Lists, IngestFault>> {
	const examined = new Map<number, readonly string[]>();
	for (const [at, config] of sources.entries()) {
		const place = examinedList(config);
		if (place === null) continue;
		const list = await readList(place);
		if (!list.ok) return err(listFault(faultAt('list-unreadable', at, place.file), list.error));
		examined.set(at, list.value);
	}
	if (withdrawals === null) return ok({ examined, withdrawn: [] });
	const withdrawn = await readList({ file: resolve(baseFolder, withdrawals), column: 'patient' });
	if (!withdrawn.ok)
		return err(listFault(faultAt('withdrawals-unreadable', null, withdrawals), withdrawn.error));
	return ok({ examined, withdrawn: withdrawn.value });
}
