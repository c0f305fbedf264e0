// The coordinator's side of `cordon-secagg/1` as a state machine without I/O: it relays, counts, and opens one sum.

import { canonicalJson } from '../hash.ts';
import { err, ok, type Result, unreachable } from '../result.ts';
import { checkMessage, claimsOf, membersOf } from './collector-checks.ts';
import { type CollectorState, type CollectorStep, emptyCollector, endCollector } from './collector-state.ts';
import type { SecaggFault } from './faults.ts';
import { type CollectorBody, type MemberBody, parseMemberBody } from './messages.ts';
import { openSum } from './open-sum.ts';
import { checkTerms, type SecaggTerms } from './terms.ts';

/** The order in which kinds of messages are collected. */
const rounds = ['advertise', 'shares', 'masked-input', 'consistency', 'unmask'] as const;

/** Errors  throws where the terms contradict themselves. */
export function openCollector(terms: SecaggTerms): CollectorState {
	checkTerms(terms);
	return emptyCollector(terms, 'advertise');
}

/**
 * Takes one member's message. The same message again is answered again (a hospital that crashed asks so);
 * whatever comes after the end is ignored. The caller commits `state` before it sends, and the release with the end.
 *
 * Shape   `hospital` is the sender that the transport has authenticated.
 * Errors  a SecaggFault; the state given in is then still the state.
 */
export async function receiveAsCollector(
	state: CollectorState,
	hospital: string,
	body: unknown,
): Promise<Result<CollectorStep, SecaggFault>> {
	if (state.phase === 'ended') return ok({ state, send: [], outcome: null });
	const parsed = parseMemberBody(body);
	if (!parsed.ok) return parsed;
	const message = parsed.value;
	if (message.hospital !== hospital) return err('wrong-sender');
	if (!state.terms.roster.some((entry) => entry.hospital === hospital)) return err('unknown-hospital');
	const before = collected(state, message.kind).find((kept) => kept.hospital === hospital);
	if (before !== undefined) {
		if (canonicalJson(before) !== canonicalJson(message)) return err('conflicting-message');
		return ok({ state, send: answersTo(state, message.kind, [hospital]), outcome: null });
	}
	if (message.kind !== state.phase || !isExpected(state, hospital)) return err('unexpected-message');
	const checked = checkMessage(state, message);
	if (!checked.ok) return checked;
	return ok(await advance(keep(state, message)));
}

/**
 * A hospital refuses, or its time is up. Before it has advertised the others go on without it, if they are enough;
 * after that the session is lost, because its masks are in the others' vectors.
 *
 * Errors  throws for a hospital that is not on the roster.
 */
export function withdraw(state: CollectorState, hospital: string): CollectorStep {
	const { terms, phase, withdrawn } = state;
	if (!terms.roster.some((entry) => entry.hospital === hospital)) {
		throw new Error('secure aggregation: a stranger cannot withdraw');
	}
	if (phase === 'ended' || withdrawn.includes(hospital)) return { state, send: [], outcome: null };
	if (phase !== 'advertise' || membersOf(state).includes(hospital)) {
		return endCollector(state, { kind: 'aborted', reason: 'hospital-left' });
	}
	const without = { ...state, withdrawn: [...withdrawn, hospital] };
	if (terms.roster.length - without.withdrawn.length < terms.parameters.minimum) {
		return endCollector(state, { kind: 'aborted', reason: 'too-few-hospitals' });
	}
	return roundComplete(without) ? nextRound(without) : { state: without, send: [], outcome: null };
}

async function advance(state: CollectorState): Promise<CollectorStep> {
	if (!roundComplete(state)) return { state, send: [], outcome: null };
	if (state.phase !== 'unmask') return nextRound(state);
	const opened = await openSum(state);
	if (!opened.ok) return endCollector(state, { kind: 'aborted', reason: opened.error });
	const epochs = Object.fromEntries(state.adverts.map((advert) => [advert.hospital, advert.epoch]));
	return endCollector(state, { kind: 'sum', cells: opened.value, contributors: membersOf(state), epochs });
}

function nextRound(state: CollectorState): CollectorStep {
	const next = rounds.find((_, index) => rounds[index - 1] === state.phase);
	if (next === undefined || state.phase === 'ended') throw new Error('secure aggregation: no round is left');
	const moved = { ...state, phase: next };
	return { state: moved, send: answersTo(moved, state.phase, membersOf(state)), outcome: null };
}

/** The last round needs m answers only, so that a hospital that dies then spoils nothing. */
function roundComplete(state: CollectorState): boolean {
	const { phase, terms, withdrawn, adverts } = state;
	if (phase === 'ended') return false;
	if (phase === 'advertise') return adverts.length + withdrawn.length === terms.roster.length;
	const needed = phase === 'unmask' ? terms.parameters.minimum : adverts.length;
	return collected(state, phase).length === needed;
}

function isExpected(state: CollectorState, hospital: string): boolean {
	return state.phase === 'advertise'
		? !state.withdrawn.includes(hospital)
		: membersOf(state).includes(hospital);
}

function collected(state: CollectorState, kind: MemberBody['kind']): readonly MemberBody[] {
	switch (kind) {
		case 'advertise':
			return state.adverts;
		case 'shares':
			return state.shares;
		case 'masked-input':
			return state.inputs;
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
			return { ...state, inputs: inOrder(state.inputs, message) };
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
			return { kind: 'inputs', inputs: claimsOf(state) };
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
