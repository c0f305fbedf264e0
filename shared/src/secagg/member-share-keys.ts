// Rounds 0 and 1 of a member: advertise fresh keys, then share the secrets behind them among all who advertised.

import type { KeyObject } from 'node:crypto';
import type { Random } from '../clock-and-random.ts';
import { canonicalJson } from '../hash.ts';
import { err, ok, type Result } from '../result.ts';
import type { SecaggFault } from './faults.ts';
import {
	channelKey,
	selfMaskCommitment,
	x25519,
	x25519Public,
	x25519PublicKey,
	x25519Secret,
} from './key-agreement.ts';
import type { Advertised, HeldShares, MemberSecrets, MemberSelf, Shared } from './member-state.ts';
import type { Advert, Adverts, ShareKeys } from './messages.ts';
import { seal } from './sealed-box.ts';
import { splitSecret } from './secret-sharing.ts';
import { advertStatement, sharesStatement, sign } from './signatures.ts';
import { psidOf, type SessionTerms, usidOf } from './terms.ts';
import { verifyAdverts } from './verify-adverts.ts';

const secretLength = 32;

export function advertise(terms: SessionTerms, self: MemberSelf, random: Random): Advertised {
	const { hospital, epoch, signingSeed } = self;
	const channelSecret = drawSecret(random);
	const maskSecret = drawSecret(random);
	const selfMask = drawSecret(random);
	const inputSalt = drawSecret(random);
	const psid = psidOf(terms);
	const unsigned = {
		kind: 'advertise' as const,
		hospital,
		epoch,
		channelKey: toText(x25519PublicKey(x25519Secret(channelSecret))),
		maskKey: toText(x25519PublicKey(x25519Secret(maskSecret))),
		commitment: toText(selfMaskCommitment(psid, hospital, selfMask)),
	};
	const advert: Advert = { ...unsigned, signature: sign(signingSeed, advertStatement(psid, unsigned)) };
	const secrets: MemberSecrets = {
		channelSecret: toText(channelSecret),
		maskSecret: toText(maskSecret),
		selfMask: toText(selfMask),
		inputSalt: toText(inputSalt),
	};
	return { phase: 'advertised', terms, hospital, advert, answers: [], secrets };
}

/**
 * Errors  those of `verifyAdverts`; `not-included` the own advert is missing or altered; `weak-key`.
 */
export function shareKeys(
	state: Advertised,
	message: Adverts,
	self: MemberSelf,
	random: Random,
): Result<{ readonly next: Shared; readonly send: ShareKeys }, SecaggFault> {
	const { terms, hospital, secrets } = state;
	const verified = verifyAdverts(terms, message.adverts);
	if (!verified.ok) return verified;
	const adverts = verified.value;
	const listed = adverts.find((advert) => advert.hospital === hospital);
	if (listed === undefined || canonicalJson(listed) !== canonicalJson(state.advert))
		return err('not-included');
	const usid = usidOf(terms, adverts);
	const shares = splitForAll(secrets, { adverts, threshold: terms.parameters.threshold }, random);
	const own = {
		channel: x25519Secret(toBytes(secrets.channelSecret)),
		mask: x25519Secret(toBytes(secrets.maskSecret)),
	};
	const sealed: { to: string; box: string }[] = [];
	for (const peer of adverts) {
		if (peer.hospital === hospital) continue;
		const box = sealFor(peer, { usid, hospital, secrets: own, shares }, random);
		if (!box.ok) return box;
		sealed.push({ to: peer.hospital, box: toText(box.value) });
	}
	const unsigned = { kind: 'shares' as const, hospital, sealed };
	const send: ShareKeys = { ...unsigned, signature: sign(self.signingSeed, sharesStatement(usid, unsigned)) };
	const ownShares = heldShares(hospital, sharesOf(shares, hospital));
	return ok({ next: { ...state, phase: 'shared', adverts, ownShares }, send });
}

/** From the plaintext of a box, or of the hospital's own shares: both of one length. */
export function heldShares(of: string, plaintext: Uint8Array): HeldShares {
	const middle = plaintext.length / 2;
	return {
		of,
		selfMask: toText(plaintext.subarray(0, middle)),
		maskSecret: toText(plaintext.subarray(middle)),
	};
}

export function toText(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('base64url');
}

export function toBytes(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text, 'base64url'));
}

/** For each hospital: its share of b_i, then its share of s_sk_i. */
function splitForAll(
	secrets: MemberSecrets,
	{ adverts, threshold }: { readonly adverts: readonly Advert[]; readonly threshold: number },
	random: Random,
): ReadonlyMap<string, Uint8Array> {
	const split = { shares: adverts.length, threshold };
	const selfMask = splitSecret(toBytes(secrets.selfMask), split, random);
	const maskSecret = splitSecret(toBytes(secrets.maskSecret), split, random);
	const both = (index: number): Uint8Array =>
		Uint8Array.from([...(selfMask[index] ?? []), ...(maskSecret[index] ?? [])]);
	return new Map(adverts.map((advert, index) => [advert.hospital, both(index)]));
}

interface Sealing {
	readonly usid: Uint8Array;
	readonly hospital: string;
	readonly secrets: { readonly channel: KeyObject; readonly mask: KeyObject };
	readonly shares: ReadonlyMap<string, Uint8Array>;
}

function sealFor(peer: Advert, sealing: Sealing, random: Random): Result<Uint8Array, SecaggFault> {
	const { usid, hospital, secrets, shares } = sealing;
	const channel = x25519(secrets.channel, x25519Public(toBytes(peer.channelKey)));
	if (!channel.ok) return channel;
	// The mask key is used in round 2 only, but a weak one must be known before anything is shared.
	const mask = x25519(secrets.mask, x25519Public(toBytes(peer.maskKey)));
	if (!mask.ok) return mask;
	const key = channelKey(channel.value, usid, hospital, peer.hospital);
	return ok(seal(key, sharesOf(shares, peer.hospital), random));
}

function sharesOf(shares: ReadonlyMap<string, Uint8Array>, hospital: string): Uint8Array {
	const found = shares.get(hospital);
	if (found === undefined) throw new Error('secure aggregation: a member without a share');
	return found;
}

function drawSecret(random: Random): Uint8Array {
	const bytes = random.bytes(secretLength);
	if (bytes.length !== secretLength) throw new Error('the random source ran short');
	return bytes;
}
