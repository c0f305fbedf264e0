// Round 5 at the collector: rebuild the contributors' self masks and take them off the sum, and off nothing smaller.

import { decodeMaskedShares } from '../numbers/masked-share.ts';
import { mergeShares } from '../numbers/merged-count.ts';
import type { MergedCount } from '../numbers/numbers.ts';
import { err, ok, type Result } from '../result.ts';
import { collectorSid } from './collector-checks.ts';
import type { CollectorState } from './collector-state.ts';
import { selfMaskCommitment, selfMaskKey } from './key-agreement.ts';
import { addMask, expandMask } from './mask-stream.ts';
import { toBytes, toText } from './member-share-keys.ts';
import type { Advert } from './messages.ts';
import { combineShares } from './secret-sharing.ts';
import { psidOf } from './terms.ts';

/**
 * Errors  `unmask-failed` somebody showed a wrong share: the rebuilt mask is not the one committed to in round 0.
 */
export async function openSum(
	state: CollectorState,
): Promise<Result<readonly MergedCount[], 'unmask-failed'>> {
	const { terms, inputs, adverts } = state;
	const sid = collectorSid(state);
	const masks = new BigUint64Array(terms.cells);
	for (const advert of adverts) {
		const selfMask = await rebuildSelfMask(state, advert);
		if (!selfMask.ok) return selfMask;
		addMask(masks, expandMask(selfMaskKey(selfMask.value, sid, advert.hospital), terms.cells));
	}
	const vectors = inputs.map((input) => {
		const decoded = decodeMaskedShares(input.shares, terms.cells);
		if (!decoded.ok) throw new Error('secure aggregation: a kept vector no longer decodes');
		return decoded.value;
	});
	return ok(mergeShares(vectors, [...masks]));
}

async function rebuildSelfMask(
	state: CollectorState,
	advert: Advert,
): Promise<Result<Uint8Array, 'unmask-failed'>> {
	const { terms, unmasks } = state;
	const shown = unmasks.flatMap((message) => message.shares.filter((entry) => entry.of === advert.hospital));
	const enough = shown.slice(0, terms.parameters.threshold).map((entry) => toBytes(entry.share));
	if (enough.length < terms.parameters.threshold) return err('unmask-failed');
	const rebuilt = await combineShares(enough);
	if (!rebuilt.ok) return err('unmask-failed');
	const commitment = selfMaskCommitment(psidOf(terms), advert.hospital, rebuilt.value);
	return toText(commitment) === advert.commitment ? ok(rebuilt.value) : err('unmask-failed');
}
