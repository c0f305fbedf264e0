// The signed envelope around every message between a node and the coordinator: who says what to whom, and when.
// A COSE_Sign1 (RFC 9052) with Ed25519; the algorithm is fixed, so the header decides nothing.

import { z } from 'zod';
import { type SigningSeed, signBytes, verifyBytes } from '../keys.ts';
import type { PublicKeyText } from '../manifest/manifest.ts';
import { err, ok, type Result } from '../result.ts';
import { type CborValue, decodeCbor, encodeCbor } from './cbor.ts';

export interface Envelope {
	/** `coordinator` or a hospital id. */
	readonly from: string;
	readonly to: string;
	readonly kind: string;
	/** Unique a sender; the same id again is the same message again. */
	readonly id: string;
	readonly timeMs: number;
	/** Plain CBOR: JSON values, and byte strings as `Uint8Array`. */
	readonly body: unknown;
}

export type EnvelopeFault =
	| 'malformed'
	| 'unknown-sender'
	| 'bad-signature'
	| 'stale'
	| 'wrong-recipient'
	| 'wrong-kind';

export interface EnvelopeExpectation {
	readonly to: string;
	readonly kind: string;
	readonly keyOf: (from: string) => PublicKeyText | null;
	readonly nowMs: number;
	/** How far `timeMs` may lie from `nowMs`, either way. */
	readonly maxAgeMs: number;
}

/** Of an HTTP body that is an envelope (RFC 9052 section 11.3.1). */
export const envelopeType = 'application/cose; cose-type="cose-sign1"';

/** {1: -19}: Ed25519, fully specified (RFC 9864). */
const protectedHeader = Uint8Array.of(0xa1, 0x01, 0x32);
/** Signed and not sent: what the same key signs for another purpose is no envelope. */
const purpose = new TextEncoder().encode('cordon-envelope/2');
const signatureLength = 64;

const sign1 = z.tuple([
	z.instanceof(Uint8Array).refine((header) => Buffer.compare(header, protectedHeader) === 0),
	z.strictObject({}),
	z.instanceof(Uint8Array),
	z.instanceof(Uint8Array).refine((signature) => signature.length === signatureLength),
]);

const payloadSchema = z
	.tuple([
		z.string().max(64),
		z.string().max(64),
		z.string().max(64),
		z.string().max(200),
		z.int().nonnegative(),
		z.unknown(),
	])
	.transform(([from, to, kind, id, timeMs, body]): Envelope => ({ from, to, kind, id, timeMs, body }));

export function sealEnvelope(
	content: Envelope & { readonly body: CborValue },
	seed: SigningSeed,
): Uint8Array {
	const { from, to, kind, id, timeMs, body } = content;
	const payload = encodeCbor([from, to, kind, id, timeMs, body]);
	return encodeCbor([protectedHeader, {}, payload, signBytes(seed, toBeSigned(payload))]);
}

/**
 * Errors  `malformed` before anything is trusted; `unknown-sender` the sender has no key here; `bad-signature`;
 *         then, of an authentic envelope: `wrong-recipient`, `wrong-kind`, `stale`.
 */
export function openEnvelope(
	bytes: Uint8Array,
	expect: EnvelopeExpectation,
): Result<Envelope, EnvelopeFault> {
	const read = readSigned(bytes);
	if (read === null) return err('malformed');
	const { content, payload, signature } = read;
	const key = expect.keyOf(content.from);
	if (key === null) return err('unknown-sender');
	if (!verifyBytes(key, toBeSigned(payload), signature)) return err('bad-signature');
	if (content.to !== expect.to) return err('wrong-recipient');
	if (content.kind !== expect.kind) return err('wrong-kind');
	if (Math.abs(expect.nowMs - content.timeMs) > expect.maxAgeMs) return err('stale');
	return ok(content);
}

/** Who claims to say what, without a look at the signature: for whoever stands between two parties in a test. */
export function readUnverified(bytes: Uint8Array): Envelope | null {
	return readSigned(bytes)?.content ?? null;
}

interface Signed {
	readonly content: Envelope;
	readonly payload: Uint8Array;
	readonly signature: Uint8Array;
}

function readSigned(bytes: Uint8Array): Signed | null {
	const outer = decodeCbor(bytes);
	const parts = sign1.safeParse(outer.ok ? outer.value : null);
	if (!parts.success) return null;
	const [, , payload, signature] = parts.data;
	const inner = decodeCbor(payload);
	const content = payloadSchema.safeParse(inner.ok ? inner.value : null);
	return content.success ? { content: content.data, payload, signature } : null;
}

/** Sig_structure of RFC 9052 section 4.4. */
function toBeSigned(payload: Uint8Array): Uint8Array {
	return encodeCbor(['Signature1', protectedHeader, purpose, payload]);
}
