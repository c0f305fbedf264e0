// A hospital's own secrets: made once at `node init`, kept as files only the node's user can read.

import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSigningSeed, type Random, Sensitive, type SigningSeed } from '@cordon/shared';

export interface NodeKeys {
	/** Signs messages and the manifest. */
	readonly identity: SigningSeed;
	/** Signs the audit log's checkpoints. */
	readonly log: SigningSeed;
	/** Keys the pseudonyms (HMAC-SHA-256). */
	readonly pseudonym: Sensitive<Uint8Array>;
}

const files = { identity: 'identity.seed', log: 'log.seed', pseudonym: 'pseudonym.key' } as const;

/** Errors: throws where a key file is there already, because a hospital that loses its keys loses its log and pseudonyms. */
export async function createNodeKeys(stateFolder: string, random: Random): Promise<NodeKeys> {
	const folder = join(stateFolder, 'keys');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await chmod(stateFolder, 0o700);
	for (const name of Object.values(files)) {
		const text = Buffer.from(random.bytes(32)).toString('base64url');
		await writeFile(join(folder, name), `${text}\n`, { mode: 0o600, flag: 'wx' });
	}
	return readNodeKeys(stateFolder);
}

/** Errors: throws where a key is missing or is not 32 bytes: without its keys a node does not start. */
export async function readNodeKeys(stateFolder: string): Promise<NodeKeys> {
	const read = async (name: string): Promise<Uint8Array> => {
		const file = join(stateFolder, 'keys', name);
		if (((await stat(file)).mode & 0o077) !== 0)
			throw new Error(`key file ${name} is open to others: chmod 600`);
		const text = await readFile(file, 'utf8');
		const bytes = new Uint8Array(Buffer.from(text.trim(), 'base64url'));
		if (bytes.length !== 32) throw new Error(`key file ${name} does not hold 32 bytes`);
		return bytes;
	};
	return {
		identity: newSigningSeed(await read(files.identity)),
		log: newSigningSeed(await read(files.log)),
		pseudonym: new Sensitive(await read(files.pseudonym)),
	};
}
