// The signed envelope around every message between a node and the coordinator: who says what to whom, and when.
// A compact JWS (RFC 7515) with EdDSA (RFC 8037); the algorithm is fixed, so the header decides nothing.

import { z } from 'zod';
import { canonicalJson } from '../hash.ts';
import { type SigningSeed, signBytes, toBase64Url, verifyBytes } from '../keys.ts';
import type { PublicKeyText } from '../manifest/manifest.ts';
import type { Wire } from '../numbers/wire.ts';
import { err, ok, type Result } from '../result.ts';

export interface Envelope {
	/** `coordinator` or a hospital id. */
	readonly from: string;
	readonly to: string;
	readonly kind: string;
	/** Unique a sender; the same id again is the same message again. */
	readonly id: string;
	readonly timeMs: number;
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

const header = toBase64Url(Buffer.from('{"alg":"EdDSA","typ":"cordon-envelope+jws"}'));

const envelopeSchema: z.ZodType<Envelope> = z.strictObject({
	from: z.string().max(64),
	to: z.string().max(64),
	kind: z.string().max(64),
	id: z.string().max(200),
	timeMs: z.int().nonnegative(),
	body: z.unknown(),
});

export function sealEnvelope(content: Envelope & { readonly body: Wire }, seed: SigningSeed): string {
	const signed = `${header}.${toBase64Url(Buffer.from(canonicalJson(content)))}`;
	return `${signed}.${toBase64Url(signBytes(seed, Buffer.from(signed)))}`;
}

/**
 * Errors  `malformed` before anything is trusted; `unknown-sender` the sender has no key here; `bad-signature`;
 *         then, of an authentic envelope: `wrong-recipient`, `wrong-kind`, `stale`.
 */
export function openEnvelope(text: string, expect: EnvelopeExpectation): Result<Envelope, EnvelopeFault> {
	const parts = text.split('.');
	const [head, payload, signature] = parts;
	if (parts.length !== 3 || head !== header || payload === undefined || signature === undefined) {
		return err('malformed');
	}
	const signatureBytes = Buffer.from(signature, 'base64url');
	// A second spelling of the same signature would be a second text of the same envelope.
	if (toBase64Url(signatureBytes) !== signature) return err('malformed');
	const content = parsePayload(payload);
	if (content === null) return err('malformed');
	const key = expect.keyOf(content.from);
	if (key === null) return err('unknown-sender');
	if (!verifyBytes(key, Buffer.from(`${head}.${payload}`), signatureBytes)) return err('bad-signature');
	if (content.to !== expect.to) return err('wrong-recipient');
	if (content.kind !== expect.kind) return err('wrong-kind');
	if (Math.abs(expect.nowMs - content.timeMs) > expect.maxAgeMs) return err('stale');
	return ok(content);
}

function parsePayload(payload: string): Envelope | null {
	let value: unknown;
	try {
		value = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
	} catch {
		return null;
	}
	const parsed = envelopeSchema.safeParse(value);
	return parsed.success ? parsed.data : null;
}
