// Round 2 of a member: take delivery of the others' shares, then mask the hospital's vector, once.

import { encodeMaskedShare, maskCounts } from '../numbers/masked-share.ts';
import type { RawCount, SafeCount } from '../numbers/numbers.ts';
import { bytesOfRawCounts } from '../numbers/raw-count-bytes.ts';
import { newSum, type ValueSum } from '../numbers/value-sum.ts';
import { err, ok, type Result } from '../result.ts';
import type { SecaggFault } from './faults.ts';
import { type InputOpening, inputCommitment } from './input-opening.ts';
import {
	channelKey,
	pairMaskKey,
	receiverMaskKey,
	selfMaskKey,
	x25519,
	x25519Public,
	x25519Secret,
} from './key-agreement.ts';
import { addMask, subtractMask } from './mask-stream.ts';
import { heldShares, toBytes, toText } from './member-share-keys.ts';
import type { Delivered, HeldShares, Masked, MemberSelf, Shared } from './member-state.ts';
import { type Deliver, type MaskedInput, shareLength } from './messages.ts';
import { unseal } from './sealed-box.ts';
import { inputStatement, maskedHash, sign } from './signatures.ts';
import { isAscending, type QuestionTerms, sidOf, usidOf } from './terms.ts';

/**
 * Errors  `bad-order`; `wrong-members` somebody who did not advertise, or this hospital itself;
 *         `too-few-members`; `bad-share` a box that its sender did not seal for us in this session.
 */
export function takeDelivery(state: Shared, message: Deliver): Result<Delivered, SecaggFault> {
	const { terms, hospital, adverts, secrets, ownShares } = state;
	if (!isAscending(message.sealed.map((entry) => entry.from))) return err('bad-order');
	const usid = usidOf(terms, adverts);
	const held: HeldShares[] = [ownShares];
	const secret = x25519Secret(toBytes(secrets.channelSecret));
	for (const { from, box } of message.sealed) {
		const peer = adverts.find((advert) => advert.hospital === from);
		if (peer === undefined || from === hospital) return err('wrong-members');
		const channel = x25519(secret, x25519Public(toBytes(peer.channelKey)));
		if (!channel.ok) return channel;
		const opened = unseal(channelKey(channel.value, usid, from, hospital), toBytes(box));
		if (!opened.ok) return opened;
		if (opened.value.length !== 2 * shareLength) return err('bad-share');
		held.push(heldShares(from, opened.value));
	}
	if (held.length < terms.parameters.minimum) return err('too-few-members');
	const sharers = adverts.filter((advert) => held.some((shares) => shares.of === advert.hospital));
	const { ownShares: _ownShares, adverts: _adverts, ...rest } = state;
	return ok({ ...rest, phase: 'delivered', sharers, usid: toText(usid), held });
}

/** What is asked of the session, and the hospital's noised or admitted counts of it. */
export interface Input {
	readonly question: QuestionTerms;
	readonly cells: readonly SafeCount[];
	/** What was counted, before noise: committed to, and in nothing that is sent. */
	readonly counts: readonly RawCount[];
}

interface MaskedVector {
	readonly next: Masked;
	readonly send: MaskedInput;
	readonly opening: InputOpening;
}

/**
 * y = x + PRG(b) + the pairs' masks + in a blind network the researcher's, mod 2^64 or 2^128; from here on the state
 * holds y signed, and neither x nor a mask. `opening` holds x, for the hospital's own store and for nothing that is sent.
 *
 * Errors  `bad-cells` another length than the question says, of either vector; `weak-key` a peer's or the researcher's.
 */
export function maskInput(
	state: Delivered,
	{ question, cells, counts }: Input,
	self: MemberSelf,
): Result<MaskedVector, SecaggFault> {
	const { hospital, secrets, sharers } = state;
	if (cells.length !== question.cells || counts.length !== question.cells) return err('bad-cells');
	const sid = sidOf(
		question,
		toBytes(state.usid),
		sharers.map((advert) => advert.hospital),
		sharers.map((advert) => advert.epoch),
	);
	const masks = masksOf(state, sid, question);
	if (!masks.ok) return masks;
	const shares = encodeMaskedShare(maskCounts(cells, masks.value));
	const { valueBits } = question;
	const opening: InputOpening = {
		sid: toText(sid),
		hospital,
		salt: secrets.inputSalt,
		counts: toText(bytesOfRawCounts(counts, valueBits)),
		valueBits,
	};
	const commitment = inputCommitment(opening);
	const unsigned = { hospital, hash: maskedHash(sid, shares), commitment };
	const signature = sign(self.signingSeed, inputStatement(sid, unsigned));
	const send: MaskedInput = { kind: 'masked-input', hospital, shares, commitment, signature };
	const { secrets: _secrets, usid: _usid, ...rest } = state;
	return ok({
		next: { ...rest, phase: 'masked', sid: toText(sid), ownClaim: { ...unsigned, signature } },
		send,
		opening,
	});
}

function masksOf(
	state: Delivered,
	sid: Uint8Array,
	{ cells, valueBits, receiverKey }: QuestionTerms,
): Result<ValueSum, SecaggFault> {
	const { hospital, secrets, sharers } = state;
	const sum = newSum(cells, valueBits);
	addMask(sum, selfMaskKey(toBytes(secrets.selfMask), sid, hospital));
	const secret = x25519Secret(toBytes(secrets.maskSecret));
	for (const peer of sharers) {
		if (peer.hospital === hospital) continue;
		const shared = x25519(secret, x25519Public(toBytes(peer.maskKey)));
		if (!shared.ok) return shared;
		const key = pairMaskKey(shared.value, sid, hospital, peer.hospital);
		if (peer.hospital > hospital) addMask(sum, key);
		else subtractMask(sum, key);
	}
	if (receiverKey !== undefined) {
		const shared = x25519(secret, x25519Public(toBytes(receiverKey)));
		if (!shared.ok) return shared;
		addMask(sum, receiverMaskKey(shared.value, sid, hospital));
	}
	return ok(sum);
}
