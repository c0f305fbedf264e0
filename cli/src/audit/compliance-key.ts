// The compliance officer's key pair: the log's bodies are sealed to its public half, and only its holder reads them.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newSealingKeys, toBase64Url } from '@cordon/shared';

/** Makes a pair, keeps it in a file of its owner's alone, and returns the public key, base64url. */
export async function makeComplianceKey(file: string): Promise<string> {
	const { publicKey, secretKey } = await newSealingKeys();
	const text = JSON.stringify({
		cordon: 1,
		publicKey: toBase64Url(publicKey),
		secretKey: toBase64Url(secretKey),
	});
	await mkdir(dirname(file), { recursive: true, mode: 0o700 });
	await writeFile(file, text, { mode: 0o600, flag: 'wx' });
	return toBase64Url(publicKey);
}

export interface SealingKeys {
	readonly publicKey: Uint8Array;
	readonly secretKey: Uint8Array;
}

/** Errors: throws, naming the file, where it holds no pair. */
export async function readComplianceKey(file: string): Promise<SealingKeys> {
	const value = readJson(await readFile(file, 'utf8'));
	const bytesOf = (key: 'publicKey' | 'secretKey'): Uint8Array => {
		const text: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
		const bytes = new Uint8Array(Buffer.from(typeof text === 'string' ? text : '', 'base64url'));
		if (bytes.length !== 32) throw new Error(`${file} does not hold a compliance key pair`);
		return bytes;
	};
	return { publicKey: bytesOf('publicKey'), secretKey: bytesOf('secretKey') };
}

/** The parser's own error would show a part of the text, which is a secret here. */
function readJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
