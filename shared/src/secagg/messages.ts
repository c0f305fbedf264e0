// The closed shapes of the messages of `cordon-secagg/1`, for both sides; each is strict, bounded, and of one spelling.

import { z } from 'zod';
import { err, ok, type Result } from '../result.ts';

/** Round 0, member to all. */
export interface Advert {
	readonly kind: 'advertise';
	readonly hospital: string;
	readonly epoch: string;
	readonly channelKey: string;
	readonly maskKey: string;
	readonly commitment: string;
	readonly signature: string;
}

export interface Adverts {
	readonly kind: 'adverts';
	readonly adverts: readonly Advert[];
}

/** Round 1, member to each other member through the collector, which cannot open the boxes. */
export interface ShareKeys {
	readonly kind: 'shares';
	readonly hospital: string;
	readonly sealed: readonly { readonly to: string; readonly box: string }[];
	readonly signature: string;
}

export interface Deliver {
	readonly kind: 'deliver';
	readonly sealed: readonly { readonly from: string; readonly box: string }[];
}

/** Round 2. `commitment` binds the sender to what it counted: see input-opening.ts. */
export interface MaskedInput {
	readonly kind: 'masked-input';
	readonly hospital: string;
	readonly shares: string;
	readonly commitment: string;
	readonly signature: string;
}

export interface InputClaim {
	readonly hospital: string;
	readonly hash: string;
	readonly commitment: string;
	readonly signature: string;
}

export interface Inputs {
	readonly kind: 'inputs';
	readonly inputs: readonly InputClaim[];
}

/** Round 3. */
export interface Consistency {
	readonly kind: 'consistency';
	readonly hospital: string;
	readonly signature: string;
}

export interface Signatures {
	readonly kind: 'signatures';
	readonly signatures: readonly { readonly hospital: string; readonly signature: string }[];
}

export interface ShownShare {
	readonly of: string;
	readonly share: string;
}

/** Round 4: of each contributor a share of its self mask, of each that dropped out one of its mask key. */
export interface Unmask {
	readonly kind: 'unmask';
	readonly hospital: string;
	readonly selfMasks: readonly ShownShare[];
	readonly maskKeys: readonly ShownShare[];
	readonly signature: string;
}

export type MemberBody = Advert | ShareKeys | MaskedInput | Consistency | Unmask;
export type CollectorBody = Adverts | Deliver | Inputs | Signatures;
export type SecaggBody = MemberBody | CollectorBody;

/** A Shamir share: 32 bytes and its coordinate. */
export const shareLength = 33;
/** Nonce, the two shares, tag. */
export const boxLength: number = 12 + 2 * shareLength + 16;
const mostHospitals = 100;
const longestVector = 2 ** 20;

const hospital = z.string().regex(/^[a-z0-9-]{1,40}$/);
const key = exactBytes(32);
const signature = exactBytes(64);
const box = exactBytes(boxLength);
const perHospital = <T extends z.ZodType>(entry: T): z.ZodArray<T> => z.array(entry).max(mostHospitals);

const shownShares = perHospital(z.strictObject({ of: hospital, share: exactBytes(shareLength) }));

const advert = z.strictObject({
	kind: z.literal('advertise'),
	hospital,
	// Printable ASCII: RFC 8785 has no form for every string that JSON can carry.
	epoch: z.string().regex(/^[ -~]{1,200}$/),
	channelKey: key,
	maskKey: key,
	commitment: key,
	signature,
});

const memberBody = z.discriminatedUnion('kind', [
	advert,
	z.strictObject({
		kind: z.literal('shares'),
		hospital,
		sealed: perHospital(z.strictObject({ to: hospital, box })),
		signature,
	}),
	z.strictObject({
		kind: z.literal('masked-input'),
		hospital,
		shares: z.string().max(longestVector),
		commitment: key,
		signature,
	}),
	z.strictObject({ kind: z.literal('consistency'), hospital, signature }),
	z.strictObject({
		kind: z.literal('unmask'),
		hospital,
		selfMasks: shownShares,
		maskKeys: shownShares,
		signature,
	}),
]);

const collectorBody = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('adverts'), adverts: perHospital(advert) }),
	z.strictObject({
		kind: z.literal('deliver'),
		sealed: perHospital(z.strictObject({ from: hospital, box })),
	}),
	z.strictObject({
		kind: z.literal('inputs'),
		inputs: perHospital(z.strictObject({ hospital, hash: key, commitment: key, signature })),
	}),
	z.strictObject({
		kind: z.literal('signatures'),
		signatures: perHospital(z.strictObject({ hospital, signature })),
	}),
]);

/** What a member may say. */
export function parseMemberBody(body: unknown): Result<MemberBody, 'malformed-message'> {
	const parsed = memberBody.safeParse(body);
	return parsed.success ? ok(parsed.data) : err('malformed-message');
}

/** What the collector may say. */
export function parseCollectorBody(body: unknown): Result<CollectorBody, 'malformed-message'> {
	const parsed = collectorBody.safeParse(body);
	return parsed.success ? ok(parsed.data) : err('malformed-message');
}

/** Base64url of exactly so many bytes; a second spelling of the same bytes would slip past a comparison. */
function exactBytes(length: number): z.ZodString {
	const textLength = Math.ceil((length * 4) / 3);
	return z
		.string()
		.length(textLength)
		.refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text);
}
