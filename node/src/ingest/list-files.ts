// Finds the files of a source: the one that is named, or those of a folder whose names end as its kind's do.

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

export interface FoundFile {
	readonly path: string;
	/** For reports: relative to the source. */
	readonly name: string;
}

/** Sorted by name, so that two runs read alike; null where the path does not exist or cannot be listed. */
export async function listFiles(path: string, ending: RegExp): Promise<readonly FoundFile[] | null> {
	try {
		const found = await stat(path);
		if (!found.isDirectory()) return found.isFile() ? [{ path, name: basename(path) }] : null;
		const names = (await readdir(path)).filter((name) => ending.test(name) && !name.startsWith('.'));
		return names.sort().map((name) => ({ path: join(path, name), name }));
	} catch {
		return null;
	}
}
