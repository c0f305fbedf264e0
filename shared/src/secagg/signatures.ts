// Signs and checks the members' messages: Ed25519 over a tagged hash bound to the session, so no message fits another.

import { canonicalJson } from '../hash.ts';
import { type SigningSeed, signBytes, verifyBytes } from '../keys.ts';
import type { PublicKeyText } from '../manifest/manifest.ts';
import type { Advert, InputClaim, MaskedInput, ShareKeys, Unmask } from './messages.ts';
import { type SessionTerms, secaggHash } from './terms.ts';

/** What a signature says, before it is hashed: the tag, the identifier that binds it, and the content. */
export interface Statement {
	readonly tag: string;
	readonly id: Uint8Array;
	readonly content: string;
}

export function advertStatement(psid: Uint8Array, advert: Omit<Advert, 'signature'>): Statement {
	const { kind, hospital, epoch, channelKey, maskKey, commitment } = advert;
	const content = canonicalJson({ kind, hospital, epoch, channelKey, maskKey, commitment });
	return { tag: 'advertise', id: psid, content };
}

export function sharesStatement(usid: Uint8Array, message: Omit<ShareKeys, 'signature'>): Statement {
	const { hospital, sealed } = message;
	return { tag: 'shares', id: usid, content: canonicalJson({ hospital, sealed }) };
}

/** Signs the hash of the masked vector, so that the other members can check it without the vector. */
export function inputStatement(sid: Uint8Array, claim: Omit<InputClaim, 'signature'>): Statement {
	const { hospital, hash, commitment } = claim;
	return { tag: 'masked-input', id: sid, content: canonicalJson({ hospital, hash, commitment }) };
}

export function claimOf(sid: Uint8Array, input: MaskedInput): InputClaim {
	const { hospital, shares, commitment, signature } = input;
	return { hospital, hash: maskedHash(sid, shares), commitment, signature };
}

export function maskedHash(sid: Uint8Array, shares: string): string {
	return Buffer.from(secaggHash('masked-shares', sid, Buffer.from(shares, 'base64url'))).toString(
		'base64url',
	);
}

/** One roster of contributors and of what each sent; signing a second one for a sid never happens. */
export function rosterStatement(sid: Uint8Array, claims: readonly InputClaim[]): Statement {
	const contributors = claims.map((claim) => claim.hospital);
	const hashes = claims.map((claim) => claim.hash);
	return { tag: 'roster', id: sid, content: canonicalJson([contributors, hashes]) };
}

export function unmaskStatement(sid: Uint8Array, message: Omit<Unmask, 'signature'>): Statement {
	const { hospital, selfMasks, maskKeys } = message;
	return { tag: 'unmask', id: sid, content: canonicalJson({ hospital, selfMasks, maskKeys }) };
}

export function sign(seed: SigningSeed, statement: Statement): string {
	return Buffer.from(signBytes(seed, digestOf(statement))).toString('base64url');
}

/** False also where the hospital is not on the roster. */
export function isSigned(
	terms: SessionTerms,
	hospital: string,
	statement: Statement,
	signature: string,
): boolean {
	const key: PublicKeyText | undefined = terms.roster.find(
		(entry) => entry.hospital === hospital,
	)?.identityKey;
	return key !== undefined && verifyBytes(key, digestOf(statement), Buffer.from(signature, 'base64url'));
}

function digestOf(statement: Statement): Uint8Array {
	return secaggHash(statement.tag, statement.id, statement.content);
}
