// Opens a blind network's sum with the researcher's secret key, on the researcher's own machine and nowhere else.

import { decodeMaskedShare } from '../numbers/masked-share.ts';
import { mergeShares } from '../numbers/merged-count.ts';
import type { MergedCount } from '../numbers/numbers.ts';
import { newSum } from '../numbers/value-sum.ts';
import { err, ok, type Result } from '../result.ts';
import type { SecaggFault } from './faults.ts';
import { receiverMaskKey, x25519, x25519Public, x25519Secret } from './key-agreement.ts';
import { addMask } from './mask-stream.ts';
import { toBytes } from './member-share-keys.ts';
import type { ReceiverKeys } from './receiver-key.ts';
import type { SealedSum } from './sealed-sum.ts';
import type { SecaggTerms } from './terms.ts';
import { verifyAdverts } from './verify-adverts.ts';

/**
 * Takes off each contributor's k_iR mask. Each mask key is verified as its hospital's, of this very session; that the
 * coordinator has summed rightly cannot be verified, and of a wrong sum, or with another key, random numbers are left.
 *
 * Shape   `terms` as the researcher derives them from the manifest and from what they signed; one sum a cell.
 * Errors  `unexpected-message` of another session; those of `verifyAdverts`, `too-few-members` being fewer contributors than
 *         the session's minimum; `bad-cells`; `weak-key`.
 */
export function openSealedSum(
	sealed: SealedSum,
	terms: SecaggTerms,
	secret: ReceiverKeys['secret'],
): Result<readonly MergedCount[], SecaggFault> {
	if (sealed.session !== terms.session) return err('unexpected-message');
	const adverts = verifyAdverts(terms, sealed.adverts);
	if (!adverts.ok) return adverts;
	const sum = decodeMaskedShare(sealed.sum, terms);
	if (!sum.ok) return err('bad-cells');
	const own = x25519Secret(secret.reveal());
	const masks = newSum(terms.cells, terms.valueBits);
	for (const { hospital, maskKey } of adverts.value) {
		const shared = x25519(own, x25519Public(toBytes(maskKey)));
		if (!shared.ok) return shared;
		addMask(masks, receiverMaskKey(shared.value, toBytes(sealed.sid), hospital));
	}
	return ok(mergeShares(sum.value, masks, terms));
}
