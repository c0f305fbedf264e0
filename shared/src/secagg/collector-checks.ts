// The collector's checks of each member message before it is kept: signed, complete, and about this very session.

import { canonicalJson } from '../hash.ts';
import { decodeMaskedShare } from '../numbers/masked-share.ts';
import { err, ok, type Result, unreachable } from '../result.ts';
import type { CollectorState } from './collector-state.ts';
import type { SecaggFault } from './faults.ts';
import { toBytes } from './member-share-keys.ts';
import type { MemberBody } from './messages.ts';
import {
	claimOf,
	inputStatement,
	isSigned,
	rosterStatement,
	type Statement,
	sharesStatement,
	unmaskStatement,
} from './signatures.ts';
import type { QuestionTerms } from './terms.ts';
import { repeatsKey, verifyAdvert } from './verify-adverts.ts';

/** Errors  `bad-signature`, `unknown-hospital`, `bad-order`, `wrong-members`, `bad-cells`. */
export function checkMessage(state: CollectorState, body: MemberBody): Result<MemberBody, SecaggFault> {
	switch (body.kind) {
		case 'advertise':
			return repeatsKey([...state.adverts, body]) ? err('bad-order') : verifyAdvert(state.terms, body);
		case 'shares': {
			const others = sharersOf(state, 'advertise').filter((hospital) => hospital !== body.hospital);
			if (!names(body.sealed.map((entry) => entry.to)).equal(others)) return err('wrong-members');
			return checkSignature(state, body, sharesStatement(known(state.usid), body));
		}
		case 'masked-input': {
			if (!decodeMaskedShare(body.shares, asked(state)).ok) return err('bad-cells');
			const sid = known(state.sid);
			return checkSignature(state, body, inputStatement(sid, claimOf(sid, body)));
		}
		case 'consistency':
			return checkSignature(state, body, rosterStatement(known(state.sid), state.claims));
		case 'unmask': {
			const { contributors, dropped } = splitOf(state);
			if (!names(body.selfMasks.map((entry) => entry.of)).equal(contributors)) return err('wrong-members');
			if (!names(body.maskKeys.map((entry) => entry.of)).equal(dropped)) return err('wrong-members');
			return checkSignature(state, body, unmaskStatement(known(state.sid), body));
		}
		default:
			return unreachable(body);
	}
}

/** Those who have completed the round: U1, U2 and U3 of the protocol, ascending. */
export function sharersOf(
	state: CollectorState,
	round: 'advertise' | 'shares' | 'masked-input',
): readonly string[] {
	const lists = { advertise: state.adverts, shares: state.shares, 'masked-input': state.claims };
	return lists[round].map((message) => message.hospital);
}

/** U3, and those of U2 whose masks are in the others' vectors without a vector of their own. */
export function splitOf(state: CollectorState): {
	readonly contributors: readonly string[];
	readonly dropped: readonly string[];
} {
	const contributors = sharersOf(state, 'masked-input');
	return {
		contributors,
		dropped: sharersOf(state, 'shares').filter((hospital) => !contributors.includes(hospital)),
	};
}

/** Whoever takes part in the phase; some may have withdrawn meanwhile. */
export function expectedIn(state: CollectorState): readonly string[] {
	switch (state.phase) {
		case 'advertise':
			return state.terms.roster.map((entry) => entry.hospital);
		case 'shares':
			return sharersOf(state, 'advertise');
		case 'ready':
		case 'masked-input':
			return sharersOf(state, 'shares');
		case 'consistency':
		case 'unmask':
			return sharersOf(state, 'masked-input');
		case 'ended':
			return [];
		default:
			return unreachable(state.phase);
	}
}

/** Errors: throws before the session is asked anything. */
export function asked({ question }: CollectorState): QuestionTerms {
	if (question === null) throw new Error('secure aggregation: a session without a question');
	return question;
}

/** Errors: throws before the round that fixes it is over. */
export function known(identifier: string | null): Uint8Array {
	if (identifier === null) throw new Error('secure aggregation: an identifier that is not fixed yet');
	return toBytes(identifier);
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
