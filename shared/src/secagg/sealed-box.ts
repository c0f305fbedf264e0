// Seals the two Shamir shares that one member sends another, so that the collector relays what it cannot read.

import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../clock-and-random.ts';
import { err, ok, type Result } from '../result.ts';

const nonceLength = 12;
const tagLength = 16;
const algorithm = 'chacha20-poly1305';

/** nonce || ciphertext || tag. The nonce is drawn although each key seals once: a crash may seal again. */
export function seal(key: Uint8Array, plaintext: Uint8Array, random: Random): Uint8Array {
	const nonce = random.bytes(nonceLength);
	const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
	const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
	return new Uint8Array(Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]));
}

/** Errors  `bad-share` altered, cut, or sealed under another key. */
export function unseal(key: Uint8Array, box: Uint8Array): Result<Uint8Array, 'bad-share'> {
	if (box.length < nonceLength + tagLength) return err('bad-share');
	const decipher = createDecipheriv(algorithm, key, box.subarray(0, nonceLength), {
		authTagLength: tagLength,
	});
	decipher.setAuthTag(box.subarray(box.length - tagLength));
	const head = decipher.update(box.subarray(nonceLength, box.length - tagLength));
	try {
		return ok(new Uint8Array(Buffer.concat([head, decipher.final()])));
	} catch {
		return err('bad-share');
	}
}
