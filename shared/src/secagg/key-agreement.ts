// Derives the keys that two members share, for channels and masks: X25519 on libsodium, HKDF-SHA256 on node:crypto.

import { hkdfSync } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { err, ok, type Result } from '../result.ts';
import { secaggHash } from './terms.ts';

const keyLength = 32;

export function x25519PublicKey(secret: Uint8Array): Uint8Array {
	return sodium.crypto_scalarmult_base(secret);
}

/** Errors  `weak-key` the output is all zeros: a key of low order would let a stranger know the secret. */
export function x25519(secret: Uint8Array, publicKey: Uint8Array): Result<Uint8Array, 'weak-key'> {
	if (secret.length !== keyLength || publicKey.length !== keyLength)
		throw new Error('X25519 keys have 32 bytes');
	let shared: Uint8Array;
	try {
		shared = sodium.crypto_scalarmult(secret, publicKey);
	} catch {
		// libsodium refuses low-order points itself, with an exception.
		return err('weak-key');
	}
	return shared.every((byte) => byte === 0) ? err('weak-key') : ok(shared);
}

export function hkdf(
	secret: Uint8Array,
	salt: Uint8Array,
	info: string | Uint8Array,
	length: number = keyLength,
): Uint8Array {
	return new Uint8Array(hkdfSync('sha256', secret, salt, info, length));
}

/** The channel from i to j: one direction, one message. Hospital ids hold no slash, so the text is unambiguous. */
export function channelKey(shared: Uint8Array, usid: Uint8Array, from: string, to: string): Uint8Array {
	return hkdf(shared, usid, `chan/${from}/${to}`);
}

/** The same at both ends. */
export function pairMaskKey(shared: Uint8Array, sid: Uint8Array, one: string, other: string): Uint8Array {
	const [low, high] = one < other ? [one, other] : [other, one];
	return hkdf(shared, sid, `mask/${low}/${high}`);
}

export function selfMaskKey(selfMask: Uint8Array, sid: Uint8Array, hospital: string): Uint8Array {
	return hkdf(selfMask, sid, `self/${hospital}`);
}

/** Sent in round 0, so that a wrong share in round 4 cannot open to a wrong sum. */
export function selfMaskCommitment(psid: Uint8Array, hospital: string, selfMask: Uint8Array): Uint8Array {
	return secaggHash('self-mask', psid, hospital, selfMask);
}
