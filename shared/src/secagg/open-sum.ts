// Round 5 at the collector: rebuild the contributors' self masks and take them off the sum, and off nothing smaller.

import { decodeMaskedShares } from '../numbers/masked-share.ts';
import { mergeShares } from '../numbers/merged-count.ts';
import type { MergedCount } from '../numbers/numbers.ts';
import { err, ok, type Result } from '../result.ts';
import { known, splitOf } from './collector-checks.ts';
import type { CollectorState } from './collector-state.ts';
import { pairMaskKey, selfMaskCommitment, selfMaskKey, x25519, x25519PublicKey } from './key-agreement.ts';
import { addMask, expandMask, subtractMask } from './mask-stream.ts';
import { secretLength, toBytes, toText } from './member-share-keys.ts';
import type { Advert } from './messages.ts';
import { combineShares } from './secret-sharing.ts';
import { psidOf } from './terms.ts';

/**
 * Takes off each contributor's self mask, and each mask that a contributor shares with one that dropped out.
 *
 * Errors  `unmask-failed` somebody showed a wrong share: what is rebuilt is not what was advertised in round 0.
 */
export async function openSum(
	state: CollectorState,
): Promise<Result<readonly MergedCount[], 'unmask-failed'>> {
	const { terms, inputs, adverts } = state;
	const { contributors, dropped } = splitOf(state);
	const masks = new BigUint64Array(terms.cells);
	const contributing = adverts.filter((advert) => contributors.includes(advert.hospital));
	for (const advert of contributing) {
		const selfMask = await rebuildSelfMask(state, advert);
		if (!selfMask.ok) return selfMask;
		addMask(masks, expandMask(selfMaskKey(selfMask.value, known(state.sid), advert.hospital), terms.cells));
	}
	for (const advert of adverts.filter(({ hospital }) => dropped.includes(hospital))) {
		const maskKey = await rebuildMaskKey(state, advert);
		if (!maskKey.ok) return maskKey;
		addPairMasks(masks, state, { dropped: advert, maskKey: maskKey.value, contributing });
	}
	const vectors = inputs.map((input) => {
		const decoded = decodeMaskedShares(input.shares, terms.cells);
		if (!decoded.ok) throw new Error('secure aggregation: a kept vector no longer decodes');
		return decoded.value;
	});
	return ok(mergeShares(vectors, [...masks]));
}

interface Recovery {
	readonly dropped: Advert;
	readonly maskKey: Uint8Array;
	readonly contributing: readonly Advert[];
}

/** As each contributor added them: the one with the lower name adds, the other subtracts. */
function addPairMasks(
	masks: BigUint64Array,
	{ terms, sid }: CollectorState,
	{ dropped, maskKey, contributing }: Recovery,
): void {
	for (const { hospital, maskKey: peerKey } of contributing) {
		const shared = x25519(maskKey, toBytes(peerKey));
		if (!shared.ok) throw new Error('secure aggregation: a weak key that all members accepted');
		const key = pairMaskKey(shared.value, known(sid), hospital, dropped.hospital);
		const mask = expandMask(key, terms.cells);
		if (hospital < dropped.hospital) addMask(masks, mask);
		else subtractMask(masks, mask);
	}
}

async function rebuildSelfMask(
	state: CollectorState,
	{ hospital, commitment }: Advert,
): Promise<Result<Uint8Array, 'unmask-failed'>> {
	const rebuilt = await rebuild(state, 'selfMasks', hospital);
	if (!rebuilt.ok) return rebuilt;
	const expected = selfMaskCommitment(psidOf(state.terms), hospital, rebuilt.value);
	return toText(expected) === commitment ? rebuilt : err('unmask-failed');
}

async function rebuildMaskKey(
	state: CollectorState,
	{ hospital, maskKey }: Advert,
): Promise<Result<Uint8Array, 'unmask-failed'>> {
	const rebuilt = await rebuild(state, 'maskKeys', hospital);
	if (!rebuilt.ok || rebuilt.value.length !== secretLength) return err('unmask-failed');
	return toText(x25519PublicKey(rebuilt.value)) === maskKey ? rebuilt : err('unmask-failed');
}

async function rebuild(
	{ terms, unmasks }: CollectorState,
	kind: 'selfMasks' | 'maskKeys',
	hospital: string,
): Promise<Result<Uint8Array, 'unmask-failed'>> {
	const shown = unmasks.flatMap((message) => message[kind].filter((entry) => entry.of === hospital));
	const enough = shown.slice(0, terms.parameters.threshold).map((entry) => toBytes(entry.share));
	if (enough.length < terms.parameters.threshold) return err('unmask-failed');
	const rebuilt = await combineShares(enough);
	return rebuilt.ok ? rebuilt : err('unmask-failed');
}
