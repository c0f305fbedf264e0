// A compact JWS that carries its own public key: the signature shows possession, the thumbprint says whose key it is.

import { CompactSign } from 'jose';
import { z } from 'zod';
import { err, ok, type Result } from '../result.ts';
import { type PublicRequestKey, type RequestKey, thumbprintOf } from './request-key.ts';
import { hasOneEncoding, verifyJws } from './verify-jws.ts';

export interface OpenedJws {
	/** Thumbprint of the key that signed. */
	readonly jkt: string;
	readonly payload: string;
}

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** A private part, a key id or a certificate has no business here, so that the key has one spelling. */
const publicJwk: z.ZodType<PublicRequestKey> = z.strictObject({
	kty: z.literal('EC'),
	crv: z.literal('P-256'),
	x: coordinate,
	y: coordinate,
});

export function signEmbedded(payload: string, typ: string, key: RequestKey): Promise<string> {
	return new CompactSign(new TextEncoder().encode(payload))
		.setProtectedHeader({ alg: 'ES256', typ, jwk: { ...key.publicJwk } })
		.sign(key.privateKey);
}

/** Errors  `malformed` not such a JWS at all; `altered` it is one, and its signature is not by its key. */
export async function openEmbedded(
	jws: string,
	typ: string,
): Promise<Result<OpenedJws, 'malformed' | 'altered'>> {
	const key = readKey(jws, typ);
	if (key === null) return err('malformed');
	const verified = await verifyJws(jws, { ...key }, ['ES256']);
	if (verified === null) return err('altered');
	try {
		const payload = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(verified.payload);
		return ok({ jkt: await thumbprintOf(key), payload });
	} catch {
		return err('malformed');
	}
}

function readKey(jws: string, typ: string): PublicRequestKey | null {
	if (!hasOneEncoding(jws)) return null;
	const header = z.strictObject({ alg: z.literal('ES256'), typ: z.literal(typ), jwk: publicJwk });
	const parsed = header.safeParse(parseJson(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()));
	return parsed.success ? parsed.data.jwk : null;
}

/** null where the text is not JSON, which no schema of ours accepts. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
