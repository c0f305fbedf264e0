// The sum at the collector: add each masked vector, and in round 5 rebuild the masks and take them off the whole.

import type { KeyObject } from 'node:crypto';
import { addMaskedShares, decodeMaskedShare, encodeMaskedShare } from '../numbers/masked-share.ts';
import { mergeSealed, mergeShares } from '../numbers/merged-count.ts';
import type { MaskedShare, MergedCount } from '../numbers/numbers.ts';
import { newSum, type ValueSum } from '../numbers/value-sum.ts';
import { err, ok, type Result } from '../result.ts';
import { asked, known, splitOf } from './collector-checks.ts';
import type { CollectorState } from './collector-state.ts';
import {
	pairMaskKey,
	selfMaskCommitment,
	selfMaskKey,
	x25519,
	x25519Public,
	x25519PublicKey,
	x25519Secret,
} from './key-agreement.ts';
import { addMask, subtractMask } from './mask-stream.ts';
import { toBytes, toText } from './member-share-keys.ts';
import type { Advert, MaskedInput } from './messages.ts';
import { combineShares } from './secret-sharing.ts';
import { psidOf, type SessionTerms } from './terms.ts';

/**
 * Takes off each contributor's self mask, and each mask that a contributor shares with one that dropped out.
 *
 * Errors  `unmask-failed` somebody showed a wrong share: what is rebuilt is not what was advertised in round 0.
 */
export function openSum(state: CollectorState): Result<readonly MergedCount[], 'unmask-failed'> {
	const shape = asked(state);
	if (shape.receiverKey !== undefined) throw new Error('secure aggregation: a blind sum opens elsewhere');
	const masks = rebuildMasks(state);
	return masks.ok ? ok(mergeShares(keptSum(state), masks.value, shape)) : masks;
}

/** The same in a blind network: what is left is the sum under the researcher's masks of all contributors. */
export function sealSum(state: CollectorState): Result<MaskedShare, 'unmask-failed'> {
	const shape = asked(state);
	if (shape.receiverKey === undefined) throw new Error('secure aggregation: a sum that nothing seals');
	const masks = rebuildMasks(state);
	return masks.ok ? ok(mergeSealed(keptSum(state), masks.value, shape)) : masks;
}

function keptSum(state: CollectorState): MaskedShare {
	const vector = decodeMaskedShare(state.summed ?? '', asked(state));
	if (!vector.ok) throw new Error('secure aggregation: the kept sum no longer decodes');
	return vector.value;
}

function rebuildMasks(state: CollectorState): Result<ValueSum, 'unmask-failed'> {
	const { adverts } = state;
	const shape = asked(state);
	const { contributors, dropped } = splitOf(state);
	const shown = shownShares(state);
	const masks = newSum(shape.cells, shape.valueBits);
	const contributing = adverts.filter((advert) => contributors.includes(advert.hospital));
	for (const advert of contributing) {
		const selfMask = rebuildSelfMask(state, shown, advert);
		if (!selfMask.ok) return selfMask;
		addMask(masks, selfMaskKey(selfMask.value, known(state.sid), advert.hospital));
	}
	const peers = contributing.map(({ hospital, maskKey }) => ({
		hospital,
		maskKey: x25519Public(toBytes(maskKey)),
	}));
	for (const advert of adverts.filter(({ hospital }) => dropped.includes(hospital))) {
		const maskKey = rebuildMaskKey(state, shown, advert);
		if (!maskKey.ok) return maskKey;
		addPairMasks(masks, state, { dropped: advert.hospital, maskKey: maskKey.value, contributing: peers });
	}
	return ok(masks);
}

/**
 * The sum so far and one vector more. Nothing but the sum is opened, so nothing but the sum is kept: with each vector
 * by itself the state, which is stored at each message, would be as long as all of them.
 *
 * Errors  throws where the vector has another shape than the terms say, which `checkMessage` has excluded.
 */
export function addToSum(state: CollectorState, { shares }: MaskedInput): string {
	const { summed } = state;
	if (summed === null) return shares;
	const shape = asked(state);
	const [before, added] = [summed, shares].map((text) => decodeMaskedShare(text, shape));
	if (before?.ok !== true || added?.ok !== true)
		throw new Error('secure aggregation: a vector that does not decode');
	return encodeMaskedShare(addMaskedShares(before.value, added.value, shape));
}

interface Recovery {
	readonly dropped: string;
	readonly maskKey: KeyObject;
	readonly contributing: readonly Contributing[];
}

interface Contributing {
	readonly hospital: string;
	readonly maskKey: KeyObject;
}

/** As each contributor added them: the one with the lower name adds, the other subtracts. */
function addPairMasks(
	masks: ValueSum,
	{ sid }: CollectorState,
	{ dropped, maskKey, contributing }: Recovery,
): void {
	for (const { hospital, maskKey: peerKey } of contributing) {
		const shared = x25519(maskKey, peerKey);
		if (!shared.ok) throw new Error('secure aggregation: a weak key that all members accepted');
		const key = pairMaskKey(shared.value, known(sid), hospital, dropped);
		if (hospital < dropped) addMask(masks, key);
		else subtractMask(masks, key);
	}
}

function rebuildSelfMask(
	{ terms }: CollectorState,
	shown: ShownShares,
	{ hospital, commitment }: Advert,
): Result<Uint8Array, 'unmask-failed'> {
	const rebuilt = rebuild(terms, shown.selfMasks.get(hospital));
	if (!rebuilt.ok) return rebuilt;
	const expected = selfMaskCommitment(psidOf(terms), hospital, rebuilt.value);
	return toText(expected) === commitment ? rebuilt : err('unmask-failed');
}

function rebuildMaskKey(
	{ terms }: CollectorState,
	shown: ShownShares,
	{ hospital, maskKey }: Advert,
): Result<KeyObject, 'unmask-failed'> {
	const rebuilt = rebuild(terms, shown.maskKeys.get(hospital));
	if (!rebuilt.ok) return rebuilt;
	const secret = x25519Secret(rebuilt.value);
	return toText(x25519PublicKey(secret)) === maskKey ? ok(secret) : err('unmask-failed');
}

/** By the hospital whose secret they are shares of; in the order of the hospitals that showed them. */
interface ShownShares {
	readonly selfMasks: ReadonlyMap<string, readonly string[]>;
	readonly maskKeys: ReadonlyMap<string, readonly string[]>;
}

function shownShares({ unmasks }: CollectorState): ShownShares {
	const sorted = (kind: 'selfMasks' | 'maskKeys'): ReadonlyMap<string, readonly string[]> => {
		const entries = unmasks.flatMap((message) => message[kind]);
		const byHospital = Map.groupBy(entries, ({ of }) => of);
		return new Map([...byHospital].map(([of, shown]) => [of, shown.map(({ share }) => share)]));
	};
	return { selfMasks: sorted('selfMasks'), maskKeys: sorted('maskKeys') };
}

function rebuild(
	{ parameters }: SessionTerms,
	shown: readonly string[] = [],
): Result<Uint8Array, 'unmask-failed'> {
	const enough = shown.slice(0, parameters.threshold).map(toBytes);
	if (enough.length < parameters.threshold) return err('unmask-failed');
	const rebuilt = combineShares(enough);
	return rebuilt.ok ? rebuilt : err('unmask-failed');
}
