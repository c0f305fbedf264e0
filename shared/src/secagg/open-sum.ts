// Round 5 at the collector: rebuild the contributors' self masks and take them off the sum, and off nothing smaller.

import type { KeyObject } from 'node:crypto';
import { decodeMaskedShare } from '../numbers/masked-share.ts';
import { mergeSealed, mergeShares } from '../numbers/merged-count.ts';
import type { MaskedShare, MergedCount } from '../numbers/numbers.ts';
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
import type { Advert } from './messages.ts';
import { combineShares } from './secret-sharing.ts';
import { psidOf } from './terms.ts';

/**
 * Takes off each contributor's self mask, and each mask that a contributor shares with one that dropped out.
 *
 * Errors  `unmask-failed` somebody showed a wrong share: what is rebuilt is not what was advertised in round 0.
 */
export function openSum(state: CollectorState): Result<readonly MergedCount[], 'unmask-failed'> {
	if (asked(state).receiverKey !== undefined) {
		throw new Error('secure aggregation: a blind sum opens elsewhere');
	}
	const masks = rebuildMasks(state);
	return masks.ok ? ok(mergeShares(vectorsOf(state), masks.value)) : masks;
}

/** The same in a blind network: what is left is the sum under the researcher's masks of all contributors. */
export function sealSum(state: CollectorState): Result<MaskedShare, 'unmask-failed'> {
	if (asked(state).receiverKey === undefined) throw new Error('secure aggregation: a sum that nothing seals');
	const masks = rebuildMasks(state);
	return masks.ok ? ok(mergeSealed(vectorsOf(state), masks.value)) : masks;
}

function vectorsOf(state: CollectorState): readonly MaskedShare[] {
	const { cells } = asked(state);
	return state.inputs.map((input) => {
		const decoded = decodeMaskedShare(input.shares, cells);
		if (!decoded.ok) throw new Error('secure aggregation: a kept vector no longer decodes');
		return decoded.value;
	});
}

function rebuildMasks(state: CollectorState): Result<BigUint64Array, 'unmask-failed'> {
	const { adverts } = state;
	const { cells } = asked(state);
	const { contributors, dropped } = splitOf(state);
	const masks = new BigUint64Array(cells);
	const contributing = adverts.filter((advert) => contributors.includes(advert.hospital));
	for (const advert of contributing) {
		const selfMask = rebuildSelfMask(state, advert);
		if (!selfMask.ok) return selfMask;
		addMask(masks, selfMaskKey(selfMask.value, known(state.sid), advert.hospital));
	}
	const peers = contributing.map(({ hospital, maskKey }) => ({
		hospital,
		maskKey: x25519Public(toBytes(maskKey)),
	}));
	for (const advert of adverts.filter(({ hospital }) => dropped.includes(hospital))) {
		const maskKey = rebuildMaskKey(state, advert);
		if (!maskKey.ok) return maskKey;
		addPairMasks(masks, state, { dropped: advert.hospital, maskKey: maskKey.value, contributing: peers });
	}
	return ok(masks);
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
	masks: BigUint64Array,
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
	state: CollectorState,
	{ hospital, commitment }: Advert,
): Result<Uint8Array, 'unmask-failed'> {
	const rebuilt = rebuild(state, 'selfMasks', hospital);
	if (!rebuilt.ok) return rebuilt;
	const expected = selfMaskCommitment(psidOf(state.terms), hospital, rebuilt.value);
	return toText(expected) === commitment ? rebuilt : err('unmask-failed');
}

function rebuildMaskKey(
	state: CollectorState,
	{ hospital, maskKey }: Advert,
): Result<KeyObject, 'unmask-failed'> {
	const rebuilt = rebuild(state, 'maskKeys', hospital);
	if (!rebuilt.ok) return rebuilt;
	const secret = x25519Secret(rebuilt.value);
	return toText(x25519PublicKey(secret)) === maskKey ? ok(secret) : err('unmask-failed');
}

function rebuild(
	{ terms, unmasks }: CollectorState,
	kind: 'selfMasks' | 'maskKeys',
	hospital: string,
): Result<Uint8Array, 'unmask-failed'> {
	const shown = unmasks.flatMap((message) => message[kind].filter((entry) => entry.of === hospital));
	const enough = shown.slice(0, terms.parameters.threshold).map((entry) => toBytes(entry.share));
	if (enough.length < terms.parameters.threshold) return err('unmask-failed');
	const rebuilt = combineShares(enough);
	return rebuilt.ok ? rebuilt : err('unmask-failed');
}
