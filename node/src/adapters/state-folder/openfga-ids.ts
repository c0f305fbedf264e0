// Which store and which model of the policy engine this node asks: what `cordon node authz sync` found or made.
// Pinned here, on the hospital's own disk, so that nobody with a key to the server alone can have another one asked.

import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export interface OpenFgaIds {
	readonly storeId: string;
	/** Null while the store has not been brought in line for the first time. */
	readonly modelId: string | null;
}

const ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const idsSchema = z.strictObject({ storeId: ulid, modelId: ulid.nullable() });

/** Null where there is none yet. Errors  throws where the file is damaged: guessing a store would be guessing who may ask. */
export async function readOpenFgaIds(stateFolder: string): Promise<OpenFgaIds | null> {
	const text = await readFile(fileIn(stateFolder), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
	if (text === null) return null;
	const parsed = idsSchema.safeParse(readJson(text));
	if (!parsed.success) {
		throw new Error(
			'openfga.json in the state folder is damaged: remove it and run `cordon node authz sync`',
		);
	}
	return parsed.data;
}

/** Whole or not at all, whenever the process ends. */
export async function keepOpenFgaIds(stateFolder: string, ids: OpenFgaIds): Promise<void> {
	if ((await mkdir(stateFolder, { recursive: true, mode: 0o700 })) !== undefined)
		await chmod(stateFolder, 0o700);
	const file = fileIn(stateFolder);
	await writeFile(`${file}.new`, `${JSON.stringify(ids)}\n`, { mode: 0o600, flush: true });
	await rename(`${file}.new`, file);
}

function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function fileIn(stateFolder: string): string {
	return join(stateFolder, 'openfga.json');
}
