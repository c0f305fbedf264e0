// Promises that a session's sum is never opened, and how many of them prove it: what a refund needs.

import type { MemberSelf } from './member-state.ts';
import type { SecaggParameters } from './parameters.ts';
import { isSigned, type Statement, sign } from './signatures.ts';
import { isAscending, psidOf, type SessionTerms } from './terms.ts';

/** One hospital's word that it has not shown its shares of a session, and never will. */
export interface AbandonPromise {
	readonly hospital: string;
	/** base64url */
	readonly signature: string;
}

/**
 * How many promises make a certificate: M - t + 1 + T. Of their signers at most T lie, so at least M - t + 1 keep their
 * shares to themselves; t - 1 hospitals are left, and t shares open a sum.
 *
 * Units   hospitals; from 2 to M.
 * Source  design/PRIVACY.md section 2, first of the rules usually missed.
 */
export function certificateSize({ hospitals, threshold, colluders }: SecaggParameters): number {
	return hospitals - threshold + 1 + colluders;
}

/** Of a session whose secrets are gone, or go in the same transaction; nobody who unmasked may sign. */
export function promiseAbandon(
	terms: SessionTerms,
	{ hospital, signingSeed }: Pick<MemberSelf, 'hospital' | 'signingSeed'>,
): AbandonPromise {
	return { hospital, signature: sign(signingSeed, abandonStatement(terms, hospital)) };
}

/** False also of a hospital that is not on the session's roster. */
export function isAbandonPromise(terms: SessionTerms, { hospital, signature }: AbandonPromise): boolean {
	return isSigned(terms, hospital, abandonStatement(terms, hospital), signature);
}

/** Whether the promises, ascending by hospital, prove that the session's sum can never be opened. */
export function isAbandonCertificate(terms: SessionTerms, promises: readonly AbandonPromise[]): boolean {
	return (
		promises.length >= certificateSize(terms.parameters) &&
		isAscending(promises.map(({ hospital }) => hospital)) &&
		promises.every((promise) => isAbandonPromise(terms, promise))
	);
}

/** Bound to the session's terms and not to its question, so that it holds whatever was asked in it. */
function abandonStatement(terms: SessionTerms, hospital: string): Statement {
	return { tag: 'abandon', id: psidOf(terms), content: hospital };
}
