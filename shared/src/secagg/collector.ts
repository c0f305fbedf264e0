// The coordinator's side of `cordon-secagg/1` as a state machine without I/O: it relays, counts, and opens one sum.

import { canonicalJson } from '../hash.ts';
import { encodeMaskedShare } from '../numbers/masked-share.ts';
import { err, ok, type Result, unreachable } from '../result.ts';
import { asked, checkMessage, expectedIn, known, sharersOf, splitOf } from './collector-checks.ts';
import { type CollectorState, type CollectorStep, emptyCollector, endCollector } from './collector-state.ts';
import type { SecaggFault } from './faults.ts';
import { toText } from './member-share-keys.ts';
import {
	type CollectorBody,
	type InputClaim,
	type MaskedInput,
	type MemberBody,
	parseMemberBody,
	type ShareKeys,
} from './messages.ts';
import { addToSum, openSum, sealSum } from './open-sum.ts';
import { claimOf } from './signatures.ts';
import {
	checkQuestion,
	checkTerms,
	type QuestionTerms,
	type SecaggTerms,
	type SessionTerms,
	sidOf,
	splitTerms,
	usidOf,
} from './terms.ts';

/** The order in which kinds of messages are collected; at `ready` a session without a question waits for one. */
const rounds = ['advertise', 'shares', 'ready', 'masked-input', 'consistency', 'unmask'] as const;

/** Errors  throws where the terms contradict themselves. */
export function openCollector(terms: SecaggTerms): CollectorState {
	const { agreed, question } = splitTerms(terms);
	checkQuestion(question);
	return { ...prepareCollector(agreed), question };
}

/** A session whose keys and shares are exchanged ahead, and which then waits at `ready` to be asked. */
export function prepareCollector(terms: SessionTerms): CollectorState {
	checkTerms(terms);
	return emptyCollector({ terms, question: null }, 'advertise');
}

/**
 * Binds the session's one question: from here on it is like any other after round 1. The members are told by whoever
 * tells them the question.
 *
 * Errors  throws unless the session is `ready`, and where nothing is asked.
 */
export function askCollector(state: CollectorState, question: QuestionTerms): CollectorStep {
	if (state.phase !== 'ready') throw new Error('secure aggregation: not a session that waits to be asked');
	checkQuestion(question);
	return settle(withSid({ ...state, question, phase: 'masked-input' }, question));
}

/**
 * Takes one member's message. The same message again is answered again (a hospital that crashed asks so);
 * whatever comes after the end is ignored. The caller commits `state` before it sends, and the release with the end.
 *
 * Shape   `hospital` is the sender that the transport has authenticated.
 * Errors  a SecaggFault; the state given in is then still the state.
 */
export function receiveAsCollector(
	state: CollectorState,
	hospital: string,
	body: unknown,
): Result<CollectorStep, SecaggFault> {
	if (state.phase === 'ended') return ok({ state, send: [], outcome: null });
	const parsed = parseMemberBody(body);
	if (!parsed.ok) return parsed;
	const message = parsed.value;
	if (message.hospital !== hospital) return err('wrong-sender');
	if (!state.terms.roster.some((entry) => entry.hospital === hospital)) return err('unknown-hospital');
	const before = collected(state, message.kind).find((kept) => kept.hospital === hospital);
	if (before !== undefined) {
		if (canonicalJson(before) !== canonicalJson(keptOf(state, message))) return err('conflicting-message');
		return ok({ state, send: answersTo(state, message.kind, [hospital]), outcome: null });
	}
	if (message.kind !== state.phase || !awaitedByCollector(state).hospitals.includes(hospital)) {
		return err('unexpected-message');
	}
	const checked = checkMessage(state, message);
	if (!checked.ok) return checked;
	return ok(advance(keep(state, message)));
}

/**
 * A hospital refuses, or its time is up. The others go on without it while they are enough: what it has sent stands,
 * nothing more of it is taken, and where its masks are in the others' vectors they are recovered at the end.
 *
 * Errors  throws for a hospital that is not on the roster.
 */
export function withdraw(state: CollectorState, hospital: string): CollectorStep {
	const { terms, phase, withdrawn } = state;
	if (!terms.roster.some((entry) => entry.hospital === hospital)) {
		throw new Error('secure aggregation: a stranger cannot withdraw');
	}
	if (phase === 'ended' || withdrawn.includes(hospital)) return { state, send: [], outcome: null };
	return settle({ ...state, withdrawn: [...withdrawn, hospital] });
}

/** Hospitals whose message of this round is still to come, and how many have sent theirs. */
export function awaitedByCollector(state: CollectorState): {
	readonly hospitals: readonly string[];
	readonly heard: number;
} {
	if (state.phase === 'ended') return { hospitals: [], heard: 0 };
	if (state.phase === 'ready') return { hospitals: [], heard: present(state).length };
	const heard = collected(state, state.phase).map((message) => message.hospital);
	const isAwaited = (name: string): boolean => !heard.includes(name) && !state.withdrawn.includes(name);
	return { hospitals: expectedIn(state).filter(isAwaited), heard: heard.length };
}

/** Ends the round, or the session, where nothing more can come of it. */
function settle(state: CollectorState): CollectorStep {
	const { phase, terms } = state;
	if (phase === 'ended') return { state, send: [], outcome: null };
	const { hospitals, heard } = awaitedByCollector(state);
	if (heard + hospitals.length < terms.parameters.minimum) {
		return endCollector(state, { kind: 'aborted', reason: 'too-few-hospitals' });
	}
	const isOver = hospitals.length === 0 && phase !== 'unmask' && phase !== 'ready';
	return isOver ? nextRound(state) : { state, send: [], outcome: null };
}

function advance(state: CollectorState): CollectorStep {
	// The last round needs m answers only, so that a hospital that dies then holds up nothing.
	if (state.phase !== 'unmask' || state.unmasks.length < state.terms.parameters.minimum) return settle(state);
	const { contributors } = splitOf(state);
	const adverts = state.adverts.filter(({ hospital }) => contributors.includes(hospital));
	const epochs = Object.fromEntries(adverts.map(({ hospital, epoch }) => [hospital, epoch]));
	const sid = toText(known(state.sid));
	const taken = { contributors, epochs, inputs: { sid, claims: state.claims } };
	if (asked(state).receiverKey === undefined) {
		const opened = openSum(state);
		if (!opened.ok) return endCollector(state, { kind: 'aborted', reason: opened.error });
		return endCollector(state, { kind: 'sum', cells: opened.value, ...taken });
	}
	const left = sealSum(state);
	if (!left.ok) return endCollector(state, { kind: 'aborted', reason: left.error });
	const { session } = state.terms;
	const sealed = { session, sid, sum: encodeMaskedShare(left.value), adverts };
	return endCollector(state, { kind: 'sealed', sealed, ...taken });
}

/** Errors: throws where no message is collected. */
function collecting({ phase }: CollectorState): MemberBody['kind'] {
	if (phase === 'ended' || phase === 'ready') throw new Error('secure aggregation: no round is left');
	return phase;
}

function nextRound(state: CollectorState): CollectorStep {
	const after = state.phase === 'shares' && state.question !== null ? 'ready' : state.phase;
	const next = rounds.find((_, index) => rounds[index - 1] === after);
	if (next === undefined) throw new Error('secure aggregation: no round is left');
	// Whoever has sent a vector has opened its boxes, and they are most of the state of many hospitals.
	const shares = next === 'consistency' ? state.shares.map(withoutBoxes) : state.shares;
	const moved = { ...withIdentifiers(state), shares, phase: next };
	// Somebody who withdrew may leave too few for the new round.
	const settled = settle(moved);
	if (settled.outcome !== null) return settled;
	return { ...settled, send: answersTo(moved, collecting(state), present(moved)) };
}

function withoutBoxes(message: ShareKeys): ShareKeys {
	return { ...message, sealed: [] };
}

/** Whoever takes part in the phase and has not withdrawn. */
function present(state: CollectorState): readonly string[] {
	return expectedIn(state).filter((hospital) => !state.withdrawn.includes(hospital));
}

/** U1 and U2 are fixed when their rounds end, and with them what all that follows is signed under. */
function withIdentifiers(state: CollectorState): CollectorState {
	const { terms, adverts, phase, question } = state;
	if (phase === 'advertise') return { ...state, usid: toText(usidOf(terms, adverts)) };
	return phase === 'shares' && question !== null ? withSid(state, question) : state;
}

function withSid(state: CollectorState, question: QuestionTerms): CollectorState {
	const sharers = sharersOf(state, 'shares');
	const epochs = state.adverts.filter(({ hospital }) => sharers.includes(hospital)).map(({ epoch }) => epoch);
	return { ...state, sid: toText(sidOf(question, known(state.usid), sharers, epochs)) };
}

type Kept = Exclude<MemberBody, MaskedInput> | InputClaim;

/** A vector is not kept but summed: that it comes again is told by the hash in its claim. */
function keptOf({ sid }: CollectorState, message: MemberBody): Kept {
	return message.kind === 'masked-input' ? claimOf(known(sid), message) : message;
}

function collected(state: CollectorState, kind: MemberBody['kind']): readonly Kept[] {
	switch (kind) {
		case 'advertise':
			return state.adverts;
		case 'shares':
			return state.shares;
		case 'masked-input':
			return state.claims;
		case 'consistency':
			return state.confirmations;
		case 'unmask':
			return state.unmasks;
		default:
			return unreachable(kind);
	}
}

function keep(state: CollectorState, message: MemberBody): CollectorState {
	switch (message.kind) {
		case 'advertise':
			return { ...state, adverts: inOrder(state.adverts, message) };
		case 'shares':
			return { ...state, shares: inOrder(state.shares, message) };
		case 'masked-input':
			return {
				...state,
				claims: inOrder(state.claims, claimOf(known(state.sid), message)),
				summed: addToSum(state, message),
			};
		case 'consistency':
			return { ...state, confirmations: inOrder(state.confirmations, message) };
		case 'unmask':
			return { ...state, unmasks: inOrder(state.unmasks, message) };
		default:
			return unreachable(message);
	}
}

function inOrder<T extends { readonly hospital: string }>(kept: readonly T[], added: T): readonly T[] {
	return [...kept, added].toSorted((a, b) => (a.hospital < b.hospital ? -1 : 1));
}

/** What the members of a finished round are told; nothing while the round is still being collected. */
function answersTo(
	state: CollectorState,
	round: MemberBody['kind'],
	hospitals: readonly string[],
): CollectorStep['send'] {
	if (state.phase === 'ended' || rounds.indexOf(round) >= rounds.indexOf(state.phase)) return [];
	return hospitals.map((to) => ({ to, body: answerTo(state, round, to) }));
}

function answerTo(state: CollectorState, round: MemberBody['kind'], to: string): CollectorBody {
	switch (round) {
		case 'advertise':
			return { kind: 'adverts', adverts: state.adverts };
		case 'shares':
			return { kind: 'deliver', sealed: boxesFor(state, to) };
		case 'masked-input':
			return { kind: 'inputs', inputs: state.claims };
		case 'consistency': {
			const signatures = state.confirmations.map(({ hospital, signature }) => ({ hospital, signature }));
			return { kind: 'signatures', signatures };
		}
		case 'unmask':
			throw new Error('secure aggregation: nothing follows the last round');
		default:
			return unreachable(round);
	}
}

function boxesFor(
	state: CollectorState,
	to: string,
): readonly { readonly from: string; readonly box: string }[] {
	return state.shares.flatMap(({ hospital, sealed }) =>
		sealed.filter((entry) => entry.to === to).map(({ box }) => ({ from: hospital, box })),
	);
}
