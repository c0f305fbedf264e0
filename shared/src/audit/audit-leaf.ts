// What goes into the tree and what stays beside it: commitments and a coarse hour inside, the sealed body outside.

import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { Random } from '../clock-and-random.ts';
import { canonicalJson } from '../hash.ts';
import type { AuditEntry } from './audit-entry.ts';

/** One entry as stored. `leaf` is hashed into the tree; erasing `body` and `sealedKey` leaves the tree whole. */
export interface StoredEntry {
	readonly leaf: string;
	/** ChaCha20-Poly1305 ciphertext and tag of the body, base64. */
	readonly body: string | null;
	/** Key and salt, sealed to the compliance key (`crypto_box_seal`), base64. */
	readonly sealedKey: string | null;
}

const hourMs = 3_600_000;

/**
 * Makes an entry: a fresh key and salt, a salted commitment to the body, and the hash of its ciphertext.
 * Nobody without the compliance key learns the body, and nobody with it can claim another one.
 *
 * Units   `complianceKey` X25519 public key, 32 bytes; time is cut to the hour.
 * Source  design/GOVERNANCE.md section 5.
 */
export function makeEntry(
	entry: AuditEntry,
	sealing: { readonly complianceKey: Uint8Array; readonly nowMs: number; readonly policy: string },
	random: Random,
): StoredEntry {
	const key = random.bytes(32);
	const salt = random.bytes(32);
	const body = canonicalJson(entry.body);
	// The key is used once, so a fixed nonce repeats nothing.
	const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), { authTagLength: 16 });
	const ciphertext = Buffer.concat([cipher.update(body, 'utf8'), cipher.final(), cipher.getAuthTag()]);
	const sealed = Buffer.from(sodium.crypto_box_seal(Buffer.concat([key, salt]), sealing.complianceKey));
	const leaf = canonicalJson({
		v: 1,
		hour: new Date(Math.floor(sealing.nowMs / hourMs) * hourMs).toISOString(),
		stage: entry.stage,
		decision: entry.decision,
		policy: sealing.policy,
		subject: entry.subject ?? null,
		commitment: createHmac('sha256', salt).update(body).digest('hex'),
		body: hashOf(ciphertext),
		sealedKey: hashOf(sealed),
	});
	return { leaf, body: ciphertext.toString('base64'), sealedKey: sealed.toString('base64') };
}

export function hashOf(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Opens one entry's body for the compliance officer. Null where the key is not theirs, the entry was erased, or
 * the body is not the one its leaf committed to.
 */
export function openBody(
	entry: StoredEntry,
	complianceKeys: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array },
): unknown {
	if (entry.body === null || entry.sealedKey === null) return null;
	try {
		const sealed = Buffer.from(entry.sealedKey, 'base64');
		const opened = sodium.crypto_box_seal_open(sealed, complianceKeys.publicKey, complianceKeys.secretKey);
		const ciphertext = Buffer.from(entry.body, 'base64');
		const decipher = createDecipheriv('chacha20-poly1305', opened.slice(0, 32), Buffer.alloc(12), {
			authTagLength: 16,
		});
		decipher.setAuthTag(ciphertext.subarray(-16));
		const body = Buffer.concat([decipher.update(ciphertext.subarray(0, -16)), decipher.final()]);
		const commitment = createHmac('sha256', opened.slice(32)).update(body).digest('hex');
		const leaf: unknown = JSON.parse(entry.leaf);
		const isCommitted =
			typeof leaf === 'object' && leaf !== null && 'commitment' in leaf && leaf.commitment === commitment;
		return isCommitted ? (JSON.parse(body.toString('utf8')) as unknown) : null;
	} catch {
		return null;
	}
}
