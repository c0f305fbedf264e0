// The one manifest that a hospital's operator has read and agreed to: the node signs that one and no other, ever.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** SHA-256, hex; null while the operator has not decided. */
export async function readAcceptedManifest(stateFolder: string): Promise<string | null> {
	const text = await readFile(fileIn(stateFolder), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
	return text === null ? null : text.trim();
}

/**
 * Written once: a coordinator that collects signatures under one draft cannot get them for a second.
 * Returns false where another one was accepted before.
 */
export async function acceptManifest(stateFolder: string, hash: string): Promise<boolean> {
	try {
		await writeFile(fileIn(stateFolder), `${hash}\n`, { mode: 0o600, flag: 'wx', flush: true });
		return true;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		return (await readAcceptedManifest(stateFolder)) === hash;
	}
}

function fileIn(stateFolder: string): string {
	return join(stateFolder, 'accepted-manifest');
}
