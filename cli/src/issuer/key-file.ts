// Keeps a P-256 key in a file that only its owner reads, so that issuer and people are the same after a restart.

import { readFile, writeFile } from 'node:fs/promises';
import { newRequestKey, Sensitive } from '@cordon/shared';
import type { JWK } from 'jose';

/** Errors  throws where the file cannot be read or holds no JSON object; a damaged key is never replaced silently. */
export async function readOrCreateKey(path: string): Promise<Sensitive<JWK>> {
	const { privateJwk } = await newRequestKey();
	try {
		// `wx` decides between two starters of the same folder: one writes, the other reads.
		await writeFile(path, JSON.stringify(privateJwk.reveal()), { mode: 0o600, flag: 'wx' });
		return privateJwk;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
	}
	return new Sensitive(readJwk(await readFile(path, 'utf8')));
}

function readJwk(text: string): JWK {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw new Error('a key file holds no JSON');
	}
	const isKey = typeof value === 'object' && value !== null && 'kty' in value && value.kty === 'EC';
	if (!isKey) throw new Error('a key file holds no P-256 key');
	return value as JWK;
}
