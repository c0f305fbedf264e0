// Reads the generator's own records back from a synthetic network folder, to set a released answer beside the truth.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TruthRecord } from './truth-record.ts';

export const truthPath = 'truth/patients.ndjson';

/** Throws where the folder has no truth: it was not written by `synthesize`. */
export async function loadTruth(folder: string): Promise<readonly TruthRecord[]> {
	const text = await readFile(join(folder, truthPath), 'utf8');
	const lines = text.split('\n').filter((line) => line !== '');
	// Our own file, written beside the network and never by a hospital: its shape is not checked again.
	return lines.map((line) => JSON.parse(line) as TruthRecord);
}
