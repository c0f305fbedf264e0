// Rounds 3 and 4 of a member: sign one roster of contributors, then help to open the sum of exactly that roster.

import { canonicalJson } from '../hash.ts';
import { err, ok, type Result } from '../result.ts';
import type { SecaggFault } from './faults.ts';
import { toBytes } from './member-share-keys.ts';
import type { Confirmed, Done, HeldShares, Masked, MemberSelf } from './member-state.ts';
import type { Consistency, Inputs, Signatures, Unmask } from './messages.ts';
import { inputStatement, isSigned, rosterStatement, sign, unmaskStatement } from './signatures.ts';
import { isAscending } from './terms.ts';

/**
 * Errors  `not-included` the own input is missing or altered; `wrong-members` somebody who did not share keys;
 *         `too-few-members` fewer than m; `bad-signature` an input its sender did not sign.
 */
export function confirmRoster(
	state: Masked,
	message: Inputs,
	self: MemberSelf,
): Result<{ readonly next: Confirmed; readonly send: Consistency }, SecaggFault> {
	const { terms, hospital, sharers, ownClaim } = state;
	const claims = message.inputs;
	const sid = toBytes(state.sid);
	if (!isAscending(claims.map((claim) => claim.hospital))) return err('bad-order');
	const own = claims.find((claim) => claim.hospital === hospital);
	if (own === undefined || canonicalJson(own) !== canonicalJson(ownClaim)) return err('not-included');
	if (claims.length < terms.parameters.minimum) return err('too-few-members');
	const isSharer = (name: string): boolean => sharers.some((advert) => advert.hospital === name);
	if (!claims.every((claim) => isSharer(claim.hospital))) return err('wrong-members');
	for (const claim of claims) {
		// The own one is the one that this hospital signed, to the letter.
		if (claim === own) continue;
		if (!isSigned(terms, claim.hospital, inputStatement(sid, claim), claim.signature))
			return err('bad-signature');
	}
	const signature = sign(self.signingSeed, rosterStatement(sid, claims));
	const { sharers: _sharers, ownClaim: _ownClaim, ...rest } = state;
	return ok({
		next: { ...rest, phase: 'confirmed', claims },
		send: { kind: 'consistency', hospital, signature },
	});
}

/**
 * Shows this hospital's share of each contributor's self mask, and of the mask key of each that dropped out: never
 * both of one hospital, which together would open its vector. Once, for ever.
 *
 * Errors  `too-few-members` fewer than t signatures; `wrong-members`; `bad-order`; `bad-signature` on another roster.
 */
export function unmask(
	state: Confirmed,
	message: Signatures,
	self: MemberSelf,
): Result<{ readonly next: Done; readonly send: Unmask }, SecaggFault> {
	const { terms, hospital, claims, held, advert, answers } = state;
	const sid = toBytes(state.sid);
	if (!isAscending(message.signatures.map((entry) => entry.hospital))) return err('bad-order');
	if (message.signatures.length < terms.parameters.threshold) return err('too-few-members');
	const statement = rosterStatement(sid, claims);
	for (const { hospital: signer, signature } of message.signatures) {
		if (!claims.some((claim) => claim.hospital === signer)) return err('wrong-members');
		if (!isSigned(terms, signer, statement, signature)) return err('bad-signature');
	}
	const isContributor = ({ of }: HeldShares): boolean => claims.some((claim) => claim.hospital === of);
	const inOrder = held.toSorted((a, b) => (a.of < b.of ? -1 : 1));
	const unsigned = {
		kind: 'unmask' as const,
		hospital,
		selfMasks: inOrder.filter(isContributor).map(({ of, selfMask }) => ({ of, share: selfMask })),
		maskKeys: inOrder
			.filter((shares) => !isContributor(shares))
			.map(({ of, maskSecret }) => ({ of, share: maskSecret })),
	};
	if (unsigned.selfMasks.length !== claims.length) {
		throw new Error('secure aggregation: a contributor whose share is not held');
	}
	const send: Unmask = { ...unsigned, signature: sign(self.signingSeed, unmaskStatement(sid, unsigned)) };
	return ok({ next: { phase: 'done', terms, hospital, advert, answers }, send });
}
