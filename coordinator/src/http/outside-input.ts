// The closed shapes of what the coordinator is sent; nothing of a body is read before one of these has returned it.

import {
	err,
	type InputIssue,
	kindOfPacked,
	ok,
	type PublicCode,
	type Result,
	type SignedRequest,
	type ToCoordinator,
	toBase64Url,
} from '@cordon/shared';
import { z } from 'zod';
import { issuesOf } from '../input-issues.ts';
import type { Enrolment } from '../membership/membership.ts';

export type Parsed<T> = Result<T, readonly InputIssue[]>;

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'expected 32 bytes in base64url');
const signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/, 'expected an Ed25519 signature in base64url');
const hospital = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
/** Above any cell that a network shows, and so small that c(k-1)+1 is still a whole number. */
const ownK = z.int().positive().max(1_000_000_000);

const submission: z.ZodType<SignedRequest> = z.strictObject({
	token: printable(16_384),
	request: printable(131_072),
});
const enrolment = z.strictObject({
	hospital,
	// No control character and no half of a surrogate pair, for which there is no canonical form to sign.
	name: z
		.string()
		.max(200)
		.regex(/^[^\p{Cc}\p{Cs}]+$/u, 'expected text'),
	secret: printable(200),
	identityKey: key,
	logKey: key,
	k: ownK,
	signature,
});
const poll = z.strictObject({ after: z.int().nonnegative(), waitMs: z.int().nonnegative().optional() });
const manifestSignature = z.strictObject({ hash: hex64, signature });

const publicCodes = [
	'malformed',
	'not-authenticated',
	'not-permitted',
	'no-budget',
	'too-few-hospitals',
	'subtraction',
	'took-too-long',
	'unavailable',
] as const satisfies readonly PublicCode[];

/** Its kind is one of the protocol's own; the rest is read with the roster at hand, before anything of it is stored. */
const secaggBody = z
	.instanceof(Uint8Array, { error: 'expected bytes' })
	.refine((bytes) => kindOfPacked(bytes) !== null, 'expected a message of the protocol')
	.transform(toBase64Url);

const toCoordinator: z.ZodType<ToCoordinator> = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('refuse'), session: hex64, code: z.enum(publicCodes) }),
	z.strictObject({ kind: z.literal('permit'), session: hex64 }),
	z.strictObject({ kind: z.literal('abandon'), session: hex64, signature }),
	z.strictObject({ kind: z.literal('secagg'), session: hex64, body: secaggBody }),
	z.strictObject({
		kind: z.literal('plain'),
		session: hex64,
		epoch: printable(40),
		k: ownK,
		cells: z
			.array(
				z
					.string()
					.regex(/^-?[0-9]{1,19}$/)
					.nullable(),
			)
			.max(4096),
	}),
]);

export const parseSubmission = (input: unknown): Parsed<SignedRequest> => parsed(submission, input);
export const parseToCoordinator = (input: unknown): Parsed<ToCoordinator> => parsed(toCoordinator, input);

export const parseMemberBody = {
	enrolment: (input: unknown): Parsed<Enrolment & { readonly signature: string }> => parsed(enrolment, input),
	poll: (input: unknown): Parsed<{ readonly after: number; readonly waitMs?: number | undefined }> =>
		parsed(poll, input),
	manifestSignature: (input: unknown): Parsed<{ readonly hash: string; readonly signature: string }> =>
		parsed(manifestSignature, input),
};

/** ASCII: other text has forms that cannot be hashed, and a NUL that no database stores. */
function printable(longest: number): z.ZodString {
	return z
		.string()
		.max(longest)
		.regex(/^[ -~]+$/, 'expected printable ASCII');
}

function parsed<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
	const result = schema.safeParse(input);
	return result.success ? ok(result.data) : err(issuesOf(result.error));
}
