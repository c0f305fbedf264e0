// Derives the keys that two members share, for channels and masks: X25519 and HKDF-SHA256 on node:crypto.

import {
	createPrivateKey,
	createPublicKey,
	createSecretKey,
	diffieHellman,
	hkdfSync,
	type KeyObject,
} from 'node:crypto';
import { hashParts } from '../hash.ts';
import { err, ok, type Result } from '../result.ts';
import { secaggHash } from './terms.ts';

const keyLength = 32;

// What stands before the 32 bytes of a key in DER (RFC 8410).
const secretPrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** Errors: throws unless it has 32 bytes. To read a key costs as much as to use it, so it is read once. */
export function x25519Secret(bytes: Uint8Array): KeyObject {
	return createPrivateKey({ key: withPrefix(secretPrefix, bytes), format: 'der', type: 'pkcs8' });
}

/** Errors: throws unless it has 32 bytes. */
export function x25519Public(bytes: Uint8Array): KeyObject {
	return createPublicKey({ key: withPrefix(publicPrefix, bytes), format: 'der', type: 'spki' });
}

export function x25519PublicKey(secret: KeyObject): Uint8Array {
	const der = createPublicKey(secret).export({ format: 'der', type: 'spki' });
	return new Uint8Array(der.subarray(publicPrefix.length));
}

/** Errors  `weak-key` the output is all zeros: a key of low order would let a stranger know the secret. */
export function x25519(secret: KeyObject, publicKey: KeyObject): Result<Uint8Array, 'weak-key'> {
	let shared: Uint8Array;
	try {
		shared = new Uint8Array(diffieHellman({ privateKey: secret, publicKey }));
	} catch {
		// OpenSSL refuses an output of zeros itself, with an exception.
		return err('weak-key');
	}
	return shared.every((byte) => byte === 0) ? err('weak-key') : ok(shared);
}

/** Any would do: a key of low order gives zeros with every secret. */
const probe = x25519Secret(hashParts('cordon-secagg/1/receiver-probe'));

/** Whether `text` is a public key that keeps secrets: 32 bytes in the one spelling of base64url, of no low order. */
export function isPublicKeyText(text: string): boolean {
	const bytes = Buffer.from(text, 'base64url');
	if (bytes.length !== keyLength || bytes.toString('base64url') !== text) return false;
	return x25519(probe, x25519Public(bytes)).ok;
}

function withPrefix(prefix: Uint8Array, key: Uint8Array): Buffer {
	if (key.length !== keyLength) throw new Error('X25519 keys have 32 bytes');
	return Buffer.concat([prefix, key]);
}

export function hkdf(
	secret: Uint8Array,
	salt: Uint8Array,
	info: string | Uint8Array,
	length: number = keyLength,
): Uint8Array {
	return new Uint8Array(hkdfSync('sha256', createSecretKey(secret), salt, info, length));
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

/**
 * k_iR, between a hospital's mask key and the researcher's. Always added, by all: a prefix of its own keeps it apart from
 * any pair's, whatever a hospital is called and whichever key the researcher presents.
 */
export function receiverMaskKey(shared: Uint8Array, sid: Uint8Array, hospital: string): Uint8Array {
	return hkdf(shared, sid, `receiver/${hospital}`);
}

export function selfMaskKey(selfMask: Uint8Array, sid: Uint8Array, hospital: string): Uint8Array {
	return hkdf(selfMask, sid, `self/${hospital}`);
}

/** Sent in round 0, so that a wrong share in round 4 cannot open to a wrong sum. */
export function selfMaskCommitment(psid: Uint8Array, hospital: string, selfMask: Uint8Array): Uint8Array {
	return secaggHash('self-mask', psid, hospital, selfMask);
}
