// A hospital's side of `cordon-secagg/1` as a state machine without I/O: a message in, a state and a message out.

import type { Random } from '../clock-and-random.ts';
import { canonicalJson, toHex } from '../hash.ts';
import { publicKeyOf } from '../keys.ts';
import { err, ok, type Result, unreachable } from '../result.ts';
import type { SecaggFault } from './faults.ts';
import type { InputOpening } from './input-opening.ts';
import { type Input, maskInput, takeDelivery } from './member-masked-input.ts';
import { advertise, shareKeys } from './member-share-keys.ts';
import {
	type Answer,
	type MemberSelf,
	type MemberState,
	type MemberStep,
	memberStep,
} from './member-state.ts';
import { confirmRoster, unmask } from './member-unmask.ts';
import { type CollectorBody, type MemberBody, parseCollectorBody } from './messages.ts';
import { checkQuestion, checkTerms, type SessionTerms, secaggHash } from './terms.ts';

/** `opening` is to be committed with the state and never sent; null where the bytes were committed before. */
export interface MaskedStep extends MemberStep {
	readonly opening: InputOpening | null;
}

interface Reply {
	readonly next: MemberState;
	readonly send: MemberBody | null;
}

/**
 * Round 0, which needs no question yet. The caller has checked before that manifest and policy are current.
 *
 * Errors  throws where the terms contradict themselves, or name another key for this hospital.
 */
export function openMember(terms: SessionTerms, self: MemberSelf, random: Random): MemberStep {
	checkTerms(terms);
	const entry = terms.roster.find((candidate) => candidate.hospital === self.hospital);
	if (entry?.identityKey !== publicKeyOf(self.signingSeed)) {
		throw new Error('secure aggregation: this hospital is not on the roster under this key');
	}
	const state = advertise(terms, self, random);
	return memberStep(state, state.advert);
}

/**
 * Takes one message of the collector. The same message again gets the same answer, byte for byte, so that a crash
 * can resend; a different one for a round already answered is a fault: no second roster, no second unmask, ever.
 *
 * Errors  a SecaggFault; the state given in is then still the state.
 */
export function receiveAsMember(
	state: MemberState,
	body: unknown,
	self: MemberSelf,
	random: Random,
): Result<MemberStep, SecaggFault> {
	checkSelf(state, self);
	const parsed = parseCollectorBody(body);
	if (!parsed.ok) return parsed;
	const message = parsed.value;
	const digest = toHex(secaggHash('received', canonicalJson(message)));
	const before = state.answers.find((answer) => answer.kind === message.kind);
	if (before !== undefined) {
		return before.digest === digest ? ok(memberStep(state, before.send)) : err('conflicting-message');
	}
	const reply = answer(state, message, self, random);
	if (!reply.ok) return reply;
	const { next, send } = reply.value;
	return ok(memberStep(withAnswer(next, { kind: message.kind, digest, send }), send));
}

/**
 * Round 2, after every check and the ledger's reservation. The returned state holds the exact signed bytes and must
 * be committed before they are sent. Called again it gives those bytes back, whatever the cells: noise drawn anew
 * would be a second, uncharged release.
 *
 * Units   `input.cells`: noised or admitted counts, as many as the question says; `input.counts`: the same, true.
 * Errors  `bad-cells`; `unexpected-message` no delivery yet; `session-ended` abandoned.
 */
export function provideInput(
	state: MemberState,
	input: Input,
	self: MemberSelf,
): Result<MaskedStep, SecaggFault> {
	checkSelf(state, self);
	checkQuestion(input.question);
	const delivery = state.answers.find((answer) => answer.kind === 'deliver');
	if (delivery === undefined) return err(state.phase === 'done' ? 'session-ended' : 'unexpected-message');
	if (state.phase !== 'delivered') return ok({ ...memberStep(state, delivery.send), opening: null });
	const masked = maskInput(state, input, self);
	if (!masked.ok) return masked;
	const { next, send, opening } = masked.value;
	return ok({ ...memberStep(withAnswer(next, { ...delivery, send }), send), opening });
}

/** Drops every secret and every answer: nothing of this session is ever sent again. */
export function abandonMember(state: MemberState): MemberState {
	const { terms, hospital, advert } = state;
	return { phase: 'done', terms, hospital, advert, answers: [] };
}

function answer(
	state: MemberState,
	message: CollectorBody,
	self: MemberSelf,
	random: Random,
): Result<Reply, SecaggFault> {
	if (state.phase === 'done') return err('session-ended');
	switch (message.kind) {
		case 'adverts':
			return state.phase === 'advertised'
				? shareKeys(state, message, self, random)
				: err('unexpected-message');
		case 'deliver': {
			if (state.phase !== 'shared') return err('unexpected-message');
			const delivered = takeDelivery(state, message);
			return delivered.ok ? ok({ next: delivered.value, send: null }) : delivered;
		}
		case 'inputs':
			return state.phase === 'masked' ? confirmRoster(state, message, self) : err('unexpected-message');
		case 'signatures':
			return state.phase === 'confirmed' ? unmask(state, message, self) : err('unexpected-message');
		default:
			return unreachable(message);
	}
}

function withAnswer(state: MemberState, given: Answer): MemberState {
	const others = state.answers.filter((answer) => answer.kind !== given.kind);
	return { ...state, answers: [...others, given] };
}

function checkSelf(state: MemberState, self: MemberSelf): void {
	if (state.hospital !== self.hospital) throw new Error("secure aggregation: another hospital's state");
}
