// Ed25519 keys of members and coordinator, on libsodium; a seed is the whole secret.

import sodium from 'libsodium-wrappers';
import type { PublicKeyText } from './manifest/manifest.ts';
import { Sensitive } from './sensitive.ts';

/** A 32-byte Ed25519 seed (RFC 8032). */
export type SigningSeed = Sensitive<Uint8Array>;

/** Await once before anything else here or in secure aggregation is used. */
export async function initCrypto(): Promise<void> {
	await sodium.ready;
}

export function newSigningSeed(bytes: Uint8Array): SigningSeed {
	if (bytes.length !== 32) throw new RangeError('an Ed25519 seed has 32 bytes');
	return new Sensitive(bytes);
}

export function publicKeyOf(seed: SigningSeed): PublicKeyText {
	return toBase64Url(keyPairOf(seed).publicKey);
}

export function signBytes(seed: SigningSeed, bytes: Uint8Array): Uint8Array {
	return sodium.crypto_sign_detached(bytes, keyPairOf(seed).privateKey);
}

/** Making the pair takes as long as signing, and a party signs with one seed all its life; it is gone with the seed. */
const keyPairs = new WeakMap<SigningSeed, KeyPair>();

interface KeyPair {
	readonly publicKey: Uint8Array;
	readonly privateKey: Uint8Array;
}

function keyPairOf(seed: SigningSeed): KeyPair {
	const known = keyPairs.get(seed);
	if (known !== undefined) return known;
	const made = sodium.crypto_sign_seed_keypair(seed.reveal());
	keyPairs.set(seed, made);
	return made;
}

/** False for a wrong signature and for a key or signature of the wrong length alike. */
export function verifyBytes(publicKey: PublicKeyText, bytes: Uint8Array, signature: Uint8Array): boolean {
	const key = Buffer.from(publicKey, 'base64url');
	if (key.length !== 32 || signature.length !== 64) return false;
	return sodium.crypto_sign_verify_detached(signature, bytes, key);
}

export function toBase64Url(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('base64url');
}

/** A fresh X25519 pair for sealed boxes, from libsodium's own generator. */
export async function newSealingKeys(): Promise<{
	readonly publicKey: Uint8Array;
	readonly secretKey: Uint8Array;
}> {
	await sodium.ready;
	const { publicKey, privateKey } = sodium.crypto_box_keypair();
	return { publicKey, secretKey: privateKey };
}
