// Checks round 0 for member and collector alike: every advert against the manifest's keys, nobody and no key twice.

import { err, ok, type Result } from '../result.ts';
import type { SecaggFault } from './faults.ts';
import type { Advert } from './messages.ts';
import { advertStatement, isSigned } from './signatures.ts';
import { isAscending, psidOf, type SessionTerms } from './terms.ts';

export function verifyAdvert(terms: SessionTerms, advert: Advert): Result<Advert, SecaggFault> {
	if (!terms.roster.some((entry) => entry.hospital === advert.hospital)) return err('unknown-hospital');
	const statement = advertStatement(psidOf(terms), advert);
	return isSigned(terms, advert.hospital, statement, advert.signature) ? ok(advert) : err('bad-signature');
}

export function verifyAdverts(
	terms: SessionTerms,
	adverts: readonly Advert[],
): Result<readonly Advert[], SecaggFault> {
	if (!isAscending(adverts.map((advert) => advert.hospital)) || repeatsKey(adverts)) return err('bad-order');
	if (adverts.length < terms.parameters.minimum) return err('too-few-members');
	for (const advert of adverts) {
		const verified = verifyAdvert(terms, advert);
		if (!verified.ok) return verified;
	}
	return ok(adverts);
}

/** A key used twice, by whomever, would make two masks equal, and equal masks cancel. */
export function repeatsKey(adverts: readonly Advert[]): boolean {
	const keys = adverts.flatMap((advert) => [advert.channelKey, advert.maskKey]);
	return new Set(keys).size !== keys.length;
}
