// The coordinator's own secrets: made once at `coordinator init`, kept as files only its user can read.

import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSigningSeed, type Random, type SigningSeed } from '@cordon/shared';

export interface CoordinatorKeys {
	/** Signs envelopes, the manifest and answers. */
	readonly identity: SigningSeed;
	/** Signs the log's checkpoints; never the identity key. */
	readonly log: SigningSeed;
}

const files = { identity: 'identity.seed', log: 'log.seed' } as const;

/** Errors: throws where a key file is there already: a coordinator that loses its keys loses its network and log. */
export async function createKeyFiles(stateFolder: string, random: Random): Promise<CoordinatorKeys> {
	const folder = join(stateFolder, 'keys');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await chmod(stateFolder, 0o700);
	await chmod(folder, 0o700);
	for (const name of Object.values(files)) {
		const text = Buffer.from(random.bytes(32)).toString('base64url');
		await writeFile(join(folder, name), `${text}\n`, { mode: 0o600, flag: 'wx' });
	}
	return readKeyFiles(stateFolder);
}

/** Errors: throws where a key is missing, is not 32 bytes, or may be read by others. */
export async function readKeyFiles(stateFolder: string): Promise<CoordinatorKeys> {
	const read = async (name: string): Promise<SigningSeed> => {
		const file = join(stateFolder, 'keys', name);
		if (((await stat(file)).mode & 0o077) !== 0) throw new Error(`key file ${name} may be read by others`);
		const bytes = new Uint8Array(Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url'));
		if (bytes.length !== 32) throw new Error(`key file ${name} does not hold 32 bytes`);
		return newSigningSeed(bytes);
	};
	return { identity: await read(files.identity), log: await read(files.log) };
}
