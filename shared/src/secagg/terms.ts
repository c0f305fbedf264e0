// What a session of secure aggregation is about, and the identifiers that bind every signature and mask to it.

import { canonicalJson, hashParts } from '../hash.ts';
import type { PublicKeyText } from '../manifest/manifest.ts';
import type { ValueBits } from '../numbers/value-sum.ts';
import { type SecaggParameters, secaggParameters } from './parameters.ts';

export interface RosterEntry {
	readonly hospital: string;
	/** Ed25519, base64url. */
	readonly identityKey: PublicKeyText;
}

/** Agreed before round 0, question or none; each side computes it from the manifest itself. */
export interface SessionTerms {
	/** The coordinator's nonce of this session, hex. */
	readonly session: string;
	readonly manifestHash: string;
	readonly policyHash: string;
	/** Every hospital of the project, ascending by id (code units). */
	readonly roster: readonly RosterEntry[];
	readonly parameters: SecaggParameters;
}

/** What a session is asked, agreed before round 2; each side computes it from the request itself. */
export interface QuestionTerms {
	/** What the researcher signed, hex. */
	readonly requestHash: string;
	/** Length of the vector. */
	readonly cells: number;
	/** What one value of it is summed modulo: 2^64, or 2^128 where the plan's bounds ask for it (`valueBitsFor`). */
	readonly valueBits: ValueBits;
	/** R_pk of a blind network, from the signed request and bound by its hash; absent in a visible one. */
	readonly receiverKey?: string;
}

export interface SecaggTerms extends SessionTerms, QuestionTerms {}

/** What is agreed before the question, and the question. */
export function splitTerms(terms: SecaggTerms): {
	readonly agreed: SessionTerms;
	readonly question: QuestionTerms;
} {
	const { session, manifestHash, policyHash, roster, parameters, ...question } = terms;
	return { agreed: { session, manifestHash, policyHash, roster, parameters }, question };
}

const tagPrefix = 'cordon-secagg/1/';
// A retry is a new session here, so the attempt within a session is always the first.
const attempt = '1';

/** H(tag, parts...) of the protocol. */
export function secaggHash(tag: string, ...parts: readonly (string | Uint8Array)[]): Uint8Array {
	return hashParts(tagPrefix + tag, ...parts);
}

/** Signs round 0. */
export function psidOf(terms: SessionTerms): Uint8Array {
	return secaggHash('psid', terms.manifestHash, terms.policyHash, canonicalJson(terms.roster), terms.session);
}

/** Signs round 1 and salts the channels. `adverts`: all of them, ascending by hospital. */
export function usidOf(terms: SessionTerms, adverts: readonly object[]): Uint8Array {
	return secaggHash('usid', psidOf(terms), canonicalJson(adverts));
}

/** Salts every mask and signs rounds 2 to 5. `sharers` (U2) ascending, `epochs` theirs in the same order. */
export function sidOf(
	{ requestHash, cells, valueBits }: QuestionTerms,
	usid: Uint8Array,
	sharers: readonly string[],
	epochs: readonly string[],
): Uint8Array {
	const shape = canonicalJson([cells, valueBits]);
	return secaggHash('sid', usid, canonicalJson(sharers), requestHash, shape, canonicalJson(epochs), attempt);
}

/** Errors  throws where the terms contradict themselves: they come from a verified manifest, so that is a bug. */
export function checkTerms(terms: SessionTerms): void {
	const { roster, parameters } = terms;
	const derived = secaggParameters(roster.length, parameters.colluders, parameters.minimum);
	if (!derived.ok || canonicalJson(derived.value) !== canonicalJson(parameters)) {
		throw new Error('secure aggregation: parameters do not follow from the roster');
	}
	if (!isAscending(roster.map((entry) => entry.hospital))) {
		throw new Error('secure aggregation: roster out of order');
	}
	if (new Set(roster.map((entry) => entry.identityKey)).size !== roster.length) {
		throw new Error('secure aggregation: two hospitals with one identity key');
	}
}

/** Errors  throws where nothing is asked: the question comes from a plan, so that is a bug. */
export function checkQuestion({ cells, valueBits }: QuestionTerms): void {
	if (!Number.isSafeInteger(cells) || cells < 1) throw new Error('secure aggregation: no cells');
	if (valueBits !== 64 && valueBits !== 128) throw new Error('secure aggregation: values of no width');
}

/** Strictly, by code units: so it also holds that no name comes twice. */
export function isAscending(names: readonly string[]): boolean {
	return names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
}
