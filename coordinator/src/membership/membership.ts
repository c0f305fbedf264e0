// How hospitals become a network: enrol by invitation, then all sign one manifest, and only then is it in force.

import {
	canonicalJson,
	dictionaryHash,
	err,
	isSignedBy,
	type Manifest,
	type Member,
	manifestHash,
	ok,
	publicKeyOf,
	type Result,
	type SigningSeed,
	signManifest,
	verifySignedManifest,
} from '@cordon/shared';
import { enrolledEntry, manifestEntry } from '../audit/decision-entries.ts';
import type { CoordinatorParts, StoredManifest } from '../ports.ts';
import type { Founding } from './founding.ts';
import { verifyInvitation } from './invitation.ts';

export type MembershipParts = Pick<
	CoordinatorParts,
	'membership' | 'audit' | 'clock' | 'random' | 'identitySeed' | 'log'
> & { readonly logKey: string };

export interface Enrolment extends Member {
	readonly secret: string;
}

export interface ManifestState {
	readonly state: 'enrolling' | 'draft' | 'current';
	readonly signed: StoredManifest | null;
	readonly waitingFor: readonly string[];
}

/**
 * Errors  `not-invited` no valid invitation; `key-in-use` a key of it is another member's, or stands for both uses;
 *         `k-under-policy` a hospital may only raise the network's k, or no manifest with it would ever verify.
 */
export async function enrol(
	parts: MembershipParts,
	enrolment: Enrolment,
): Promise<Result<null, 'not-invited' | 'key-in-use' | 'k-under-policy'>> {
	const { secret, ...member } = enrolment;
	const members = await parts.membership.members();
	const known = members.find((other) => other.hospital === member.hospital);
	if (known !== undefined) return isSameMember(known, member) ? ok(null) : err('not-invited');
	const invitation = await parts.membership.invitation(member.hospital);
	const invited = verifyInvitation(invitation, secret, parts.clock.nowMs());
	if (!invited.ok) return invited;
	if (member.k < (await foundingOf(parts)).policy.k) return err('k-under-policy');
	const taken = [publicKeyOf(parts.identitySeed), parts.logKey, ...members.flatMap(keysOf)];
	if (member.identityKey === member.logKey || keysOf(member).some((key) => taken.includes(key)))
		return err('key-in-use');
	if (!(await parts.membership.enrol(member))) return err('not-invited');
	await parts.audit.append(enrolledEntry(member));
	await draftWhenComplete(parts);
	return ok(null);
}

/** Errors  `no-draft` nothing awaits signatures under that hash; `bad-signature`. */
export async function addSignature(
	parts: MembershipParts,
	given: { readonly hospital: string; readonly hash: string; readonly signature: string },
): Promise<Result<'draft' | 'current', 'no-draft' | 'bad-signature'>> {
	const current = await parts.membership.current();
	const draft = await parts.membership.draft();
	const target = draft?.hash === given.hash ? draft : null;
	if (target === null) return current?.hash === given.hash ? ok('current') : err('no-draft');
	const member = target.manifest.members.find((other) => other.hospital === given.hospital);
	if (member === undefined || !isSignedBy(target.manifest, member.identityKey, given.signature))
		return err('bad-signature');
	await parts.membership.addSignature(given.hash, given.hospital, given.signature);
	return ok(await finishWhenSigned(parts));
}

export async function manifestState(parts: Pick<MembershipParts, 'membership'>): Promise<ManifestState> {
	const draft = await parts.membership.draft();
	if (draft !== null) return { state: 'draft', signed: draft, waitingFor: unsignedBy(draft) };
	const current = await parts.membership.current();
	if (current !== null) return { state: 'current', signed: current, waitingFor: [] };
	const founding = await foundingOf(parts);
	const members = await parts.membership.members();
	return { state: 'enrolling', signed: null, waitingFor: missing(founding, members) };
}

/** Both are also done at the start, where the process may have ended between two of their steps. */
export async function resumeMembership(parts: MembershipParts): Promise<void> {
	await draftWhenComplete(parts);
	await finishWhenSigned(parts);
}

async function draftWhenComplete(parts: MembershipParts): Promise<void> {
	const founding = await foundingOf(parts);
	const members = await parts.membership.members();
	const decided = (await parts.membership.current()) ?? (await parts.membership.draft());
	if (decided !== null || missing(founding, members).length > 0) return;
	const coordinator = { identityKey: publicKeyOf(parts.identitySeed), logKey: parts.logKey };
	const manifest = draftManifest(founding, members, coordinator);
	await parts.membership.saveDraft(manifest, manifestHash(manifest));
}

export function draftManifest(
	founding: Founding,
	members: readonly Member[],
	coordinator: Manifest['coordinator'],
): Manifest {
	return {
		cordon: 1,
		network: founding.network,
		version: 1,
		previous: null,
		coordinator,
		members: [...members].sort((a, b) => (a.hospital < b.hospital ? -1 : 1)),
		issuers: founding.issuers,
		dictionary: dictionaryHash(founding.dictionary),
		policy: founding.policy,
		projects: founding.projects,
	};
}

/** The coordinator signs last, logs the change, and only then puts the manifest in force. */
async function finishWhenSigned(parts: MembershipParts): Promise<'draft' | 'current'> {
	const draft = await parts.membership.draft();
	if (draft === null) return 'current';
	if (unsignedBy(draft).length > 0) return 'draft';
	const signed = withOwnSignature(draft, parts.identitySeed);
	const verified = verifySignedManifest(signed, publicKeyOf(parts.identitySeed));
	if (!verified.ok) throw new Error('a manifest that all have signed does not verify');
	await parts.membership.addSignature(
		draft.hash,
		'coordinator',
		signManifest(draft.manifest, parts.identitySeed),
	);
	await parts.audit.append(manifestEntry(draft.hash, draft.manifest.version));
	await parts.membership.makeCurrent(draft.hash);
	parts.log.info('manifest-in-force', { manifest: draft.hash, version: draft.manifest.version });
	return 'current';
}

function withOwnSignature(
	draft: StoredManifest,
	seed: SigningSeed,
): { readonly manifest: Manifest; readonly signatures: Readonly<Record<string, string>> } {
	const { manifest, signatures } = draft;
	return { manifest, signatures: { ...signatures, coordinator: signManifest(manifest, seed) } };
}

function unsignedBy({ manifest, signatures }: StoredManifest): readonly string[] {
	return manifest.members
		.map((member) => member.hospital)
		.filter((hospital) => !Object.hasOwn(signatures, hospital));
}

function missing(founding: Founding, members: readonly Member[]): readonly string[] {
	return founding.hospitals.filter((hospital) => !members.some((member) => member.hospital === hospital));
}

async function foundingOf(parts: Pick<MembershipParts, 'membership'>): Promise<Founding> {
	const founding = await parts.membership.founding();
	if (founding === null) throw new Error('the coordinator has not been founded');
	return founding;
}

function keysOf(member: Member): readonly string[] {
	return [member.identityKey, member.logKey];
}

function isSameMember(left: Member, right: Member): boolean {
	return canonicalJson(left) === canonicalJson(right);
}
