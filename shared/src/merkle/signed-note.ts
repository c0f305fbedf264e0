// C2SP signed notes with Ed25519: how a log puts its name to a checkpoint, and how an auditor checks it.

import { createHash } from 'node:crypto';
import { publicKeyOf, type SigningSeed, signBytes, verifyBytes } from '../keys.ts';
import type { PublicKeyText } from '../manifest/manifest.ts';
import { err, ok, type Result } from '../result.ts';

/** Ed25519 signature of the log itself; other algorithm bytes are other people's and are passed over. */
const ed25519 = 0x01;

export interface NoteKey {
	/** The log's origin: no space, no plus sign. */
	readonly name: string;
	readonly publicKey: PublicKeyText;
}

export type NoteFault = 'malformed' | 'not-signed-by-key';

/** `text` ends with a newline. Source  C2SP signed-note. */
export function signNote(text: string, name: string, seed: SigningSeed): string {
	const key: NoteKey = { name, publicKey: publicKeyOf(seed) };
	const signature = Buffer.concat([keyHash(key), signBytes(seed, Buffer.from(text, 'utf8'))]);
	return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/** Errors  `malformed` not a note; `not-signed-by-key` no line of this key verifies. Returns the signed text. */
export function openNote(note: string, key: NoteKey): Result<string, NoteFault> {
	const split = note.lastIndexOf('\n\n');
	if (split < 0 || !note.endsWith('\n') || note.length > 1_000_000) return err('malformed');
	const text = note.slice(0, split + 1);
	const lines = note.slice(split + 2, -1).split('\n');
	if (lines.length > 100 || !lines.every((line) => line.startsWith('— '))) return err('malformed');
	return lines.some((line) => isSignature(line, text, key)) ? ok(text) : err('not-signed-by-key');
}

/** `name+hexid+base64`; the base64 may hold plus signs. Null where it is not an Ed25519 key that fits its id. */
export function parseNoteKey(text: string): NoteKey | null {
	const [name, id, ...rest] = text.split('+');
	const bytes = Buffer.from(rest.join('+'), 'base64');
	if (name === undefined || name === '' || bytes.length !== 33 || bytes[0] !== ed25519) return null;
	const key: NoteKey = { name, publicKey: bytes.subarray(1).toString('base64url') };
	return keyHash(key).toString('hex') === id ? key : null;
}

export function formatNoteKey(key: NoteKey): string {
	const bytes = Buffer.concat([Buffer.from([ed25519]), Buffer.from(key.publicKey, 'base64url')]);
	return `${key.name}+${keyHash(key).toString('hex')}+${bytes.toString('base64')}`;
}

function isSignature(line: string, text: string, key: NoteKey): boolean {
	const [dash, name, encoded, ...rest] = line.split(' ');
	if (dash !== '—' || name !== key.name || encoded === undefined || rest.length > 0) return false;
	const bytes = Buffer.from(encoded, 'base64');
	// One spelling of a signature: the spare bits of its last letter cannot be changed unseen either.
	if (bytes.length !== 68 || bytes.toString('base64') !== encoded) return false;
	if (!bytes.subarray(0, 4).equals(keyHash(key))) return false;
	return verifyBytes(key.publicKey, Buffer.from(text, 'utf8'), bytes.subarray(4));
}

/** The first four bytes of SHA-256 over name, newline, algorithm and key. */
function keyHash(key: NoteKey): Buffer {
	const hash = createHash('sha256')
		.update(`${key.name}\n`)
		.update(Buffer.from([ed25519]));
	return hash.update(Buffer.from(key.publicKey, 'base64url')).digest().subarray(0, 4);
}
