// The collector's checks of each member message before it is kept: signed, complete, and about this very session.

import { canonicalJson } from '../hash.ts';
import { decodeMaskedShares } from '../numbers/masked-share.ts';
import { err, ok, type Result, unreachable } from '../result.ts';
import type { CollectorState } from './collector-state.ts';
import type { SecaggFault } from './faults.ts';
import type { InputClaim, MemberBody } from './messages.ts';
import {
	claimOf,
	inputStatement,
	isSigned,
	rosterStatement,
	type Statement,
	sharesStatement,
	unmaskStatement,
} from './signatures.ts';
import { sidOf, usidOf } from './terms.ts';
import { repeatsKey, verifyAdvert } from './verify-adverts.ts';

/** Errors  `bad-signature`, `unknown-hospital`, `bad-order`, `wrong-members`, `bad-cells`. */
export function checkMessage(state: CollectorState, body: MemberBody): Result<MemberBody, SecaggFault> {
	switch (body.kind) {
		case 'advertise':
			return repeatsKey([...state.adverts, body]) ? err('bad-order') : verifyAdvert(state.terms, body);
		case 'shares': {
			const others = membersOf(state).filter((hospital) => hospital !== body.hospital);
			if (!names(body.sealed.map((entry) => entry.to)).equal(others)) return err('wrong-members');
			return checkSignature(state, body, sharesStatement(usidOf(state.terms, state.adverts), body));
		}
		case 'masked-input': {
			if (!decodeMaskedShares(body.shares, state.terms.cells).ok) return err('bad-cells');
			const sid = collectorSid(state);
			return checkSignature(state, body, inputStatement(sid, claimOf(sid, body)));
		}
		case 'consistency':
			return checkSignature(state, body, rosterStatement(collectorSid(state), claimsOf(state)));
		case 'unmask':
			if (!names(body.shares.map((entry) => entry.of)).equal(membersOf(state))) return err('wrong-members');
			return checkSignature(state, body, unmaskStatement(collectorSid(state), body));
		default:
			return unreachable(body);
	}
}

/** U1, which in a session without dropouts is also U2 and U3. */
export function membersOf(state: CollectorState): readonly string[] {
	return state.adverts.map((advert) => advert.hospital);
}

export function collectorSid(state: CollectorState): Uint8Array {
	const epochs = state.adverts.map((advert) => advert.epoch);
	return sidOf(state.terms, usidOf(state.terms, state.adverts), membersOf(state), epochs);
}

export function claimsOf(state: CollectorState): readonly InputClaim[] {
	const sid = collectorSid(state);
	return state.inputs.map((input) => claimOf(sid, input));
}

function checkSignature(
	state: CollectorState,
	body: MemberBody,
	statement: Statement,
): Result<MemberBody, SecaggFault> {
	return isSigned(state.terms, body.hospital, statement, body.signature) ? ok(body) : err('bad-signature');
}

function names(found: readonly string[]): { equal: (expected: readonly string[]) => boolean } {
	return { equal: (expected) => canonicalJson(found) === canonicalJson(expected) };
}
