// Reads, signs and verifies the manifest: a network is what all its members have signed, and nothing else.

import { z } from 'zod';
import { canonicalJson, hashParts, toHex } from '../hash.ts';
import { type SigningSeed, signBytes, toBase64Url, verifyBytes } from '../keys.ts';
import type { InputIssue } from '../query/query.ts';
import { err, ok, type Result } from '../result.ts';
import { isPlainHttpOffLoopback } from './endpoint.ts';
import type { Allotments, Manifest, NetworkPolicy, PublicKeyText, SignedManifest } from './manifest.ts';
import { replyAfterMs } from './reply-after.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/);
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const publicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const positive = z.int().positive();
const endpoint = z.url().refine((url) => !isPlainHttpOffLoopback(url), 'plain HTTP is only for loopback');

const allotments: z.ZodType<Allotments> = z.strictObject({
	epsilonPerProjectMicros: positive.optional(),
	epsilonOfProjectMicros: z.record(id, positive).optional(),
	epsilonPerResearcherMicros: positive.optional(),
	rhoPerEpochMicros: positive.optional(),
	rhoForLifeMicros: positive.optional(),
});

const policySchema: z.ZodType<NetworkPolicy> = z
	.strictObject({
		aggregation: z.enum(['secure', 'plain']),
		visibility: z.enum(['visible', 'blind']),
		mechanisms: z.array(z.enum(['noised', 'exact'])).min(1),
		k: positive,
		publicData: z.boolean(),
		epsilonPerEpochMicros: positive,
		epsilonForLifeMicros: positive,
		allotments: allotments.optional(),
		hospitalsPerPatient: positive.max(100),
		colluders: z.int().positive().nullable(),
		sessionDeadlineMs: positive.max(86_400_000),
		replyMs: z.int().nonnegative().max(3_600_000),
		maxCells: positive.max(4096),
	})
	.refine((policy) => policy.publicData || policy.k >= 2, {
		path: ['k'],
		message: 'k under 2 is only for networks with publicData: true',
	})
	// Masked inputs are waited for during half of a session; the rest is for their way and for clocks that differ.
	.refine((policy) => replyAfterMs(policy, policy.maxCells) <= policy.sessionDeadlineMs / 4, {
		path: ['replyMs'],
		message: 'the reply to the largest plan would take more than a quarter of sessionDeadlineMs',
	})
	.refine((policy) => policy.visibility === 'visible' || policy.aggregation === 'secure', {
		path: ['visibility'],
		message: 'blind needs secure aggregation: in plain aggregation the coordinator sees each hospital',
	})
	.refine((policy) => policy.visibility === 'visible' || !policy.mechanisms.includes('exact'), {
		path: ['mechanisms'],
		message: 'exact needs a visible network: in a blind one nobody can hide small cells of the sum',
	});

const manifestSchema: z.ZodType<Manifest> = z.strictObject({
	cordon: z.literal(1),
	network: id,
	version: positive,
	previous: hex64.nullable(),
	coordinator: z.strictObject({ identityKey: publicKey, logKey: publicKey }),
	members: z
		.array(
			z.strictObject({
				hospital: id,
				name: z.string().max(200),
				identityKey: publicKey,
				logKey: publicKey,
				k: positive,
			}),
		)
		.max(100),
	issuers: z
		.array(z.strictObject({ issuer: endpoint, jwksUri: endpoint, audience: z.string().max(200) }))
		.min(1),
	dictionary: hex64,
	policy: policySchema,
	projects: z.array(z.strictObject({ id, title: z.string().max(200), hospitals: z.array(id).min(1) })),
});

const signedSchema: z.ZodType<SignedManifest> = z.strictObject({
	manifest: manifestSchema,
	signatures: z.record(z.string(), z.string().regex(/^[A-Za-z0-9_-]{86}$/)),
});

export type ManifestFault =
	| 'wrong-coordinator'
	| 'duplicate-member'
	| 'duplicate-key'
	| 'duplicate-project'
	| 'unknown-hospital'
	| 'k-under-policy'
	| 'not-signed-by-all';

export function parsePolicy(input: unknown): Result<NetworkPolicy, readonly InputIssue[]> {
	return parsed(policySchema, input);
}

export function parseSignedManifest(input: unknown): Result<SignedManifest, readonly InputIssue[]> {
	return parsed(signedSchema, input);
}

/** SHA-256, hex, of the tagged canonical form. */
export function manifestHash(manifest: Manifest): string {
	return toHex(digest(manifest));
}

export function policyHash(policy: NetworkPolicy): string {
	return toHex(hashParts('cordon-policy/1', canonicalJson(policy)));
}

/** Ed25519 over the manifest's hash, base64url. */
export function signManifest(manifest: Manifest, seed: SigningSeed): string {
	return toBase64Url(signBytes(seed, digest(manifest)));
}

/**
 * Errors  `wrong-coordinator` not the key of the invitation; `duplicate-member`, `duplicate-key` (every key of a
 *         network differs from every other), `unknown-hospital` (a project names one that is no member); `k-under-policy` a
 *         hospital may only raise the network's k;
 *         `not-signed-by-all` a signature is missing, wrong, or by somebody else.
 */
export function verifySignedManifest(
	signed: SignedManifest,
	expectedCoordinatorKey: PublicKeyText,
): Result<Manifest, ManifestFault> {
	const { manifest, signatures } = signed;
	if (manifest.coordinator.identityKey !== expectedCoordinatorKey) return err('wrong-coordinator');
	const hospitals = new Set(manifest.members.map((member) => member.hospital));
	if (hospitals.size !== manifest.members.length || hospitals.has('coordinator'))
		return err('duplicate-member');
	const projects = new Set(manifest.projects.map((project) => project.id));
	if (projects.size !== manifest.projects.length) return err('duplicate-project');
	if (hasDuplicateKey(manifest)) return err('duplicate-key');
	if (manifest.projects.some((project) => !isRosterOf(project.hospitals, hospitals)))
		return err('unknown-hospital');
	if (manifest.members.some((member) => member.k < manifest.policy.k)) return err('k-under-policy');
	if (Object.keys(signatures).length !== manifest.members.length + 1) return err('not-signed-by-all');
	const signers: readonly (readonly [string, PublicKeyText])[] = [
		['coordinator', manifest.coordinator.identityKey],
		...manifest.members.map((member) => [member.hospital, member.identityKey] as const),
	];
	const valid = signers.every(([name, key]) => isSignedBy(manifest, key, signatures[name]));
	return valid ? ok(manifest) : err('not-signed-by-all');
}

/** Whether one party's signature stands on this manifest. */
export function isSignedBy(manifest: Manifest, key: PublicKeyText, signature: string | undefined): boolean {
	// Not `!== undefined`: of a hospital called `constructor` an absent signature is an inherited function.
	if (typeof signature !== 'string') return false;
	return verifyBytes(key, digest(manifest), Buffer.from(signature, 'base64url'));
}

function isRosterOf(roster: readonly string[], hospitals: ReadonlySet<string>): boolean {
	const sorted = roster.every((hospital, index) => index === 0 || (roster[index - 1] ?? '') < hospital);
	return sorted && roster.every((hospital) => hospitals.has(hospital));
}

function hasDuplicateKey(manifest: Manifest): boolean {
	const holders = [manifest.coordinator, ...manifest.members];
	const keys = holders.flatMap((holder) => [holder.identityKey, holder.logKey]);
	return new Set(keys).size !== keys.length;
}

function digest(manifest: Manifest): Uint8Array {
	return hashParts('cordon-manifest/1', canonicalJson(manifest));
}

function parsed<T>(schema: z.ZodType<T>, input: unknown): Result<T, readonly InputIssue[]> {
	const result = schema.safeParse(input);
	if (result.success) return ok(result.data);
	return err(
		result.error.issues.map((issue) => ({
			path: issue.path.map((key) => `/${String(key)}`).join(''),
			message: issue.message,
			nearest: [],
		})),
	);
}
