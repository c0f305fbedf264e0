// What a hospital remembers of one session: plain JSON, committed to its database before anything of it is sent.

import type { SigningSeed } from '../keys.ts';
import type { Advert, CollectorBody, InputClaim, MemberBody } from './messages.ts';
import type { SessionTerms } from './terms.ts';

/** The hospital that runs the state machine. The seed is never part of the state. */
export interface MemberSelf {
	readonly hospital: string;
	/** Ed25519, of the identity key on the roster. */
	readonly signingSeed: SigningSeed;
	/** The data epoch that the session counts on; printable ASCII. */
	readonly epoch: string;
}

/** Secrets of one session, base64url; gone once the masked input exists. */
export interface MemberSecrets {
	readonly channelSecret: string;
	readonly maskSecret: string;
	readonly selfMask: string;
	readonly inputSalt: string;
}

/** One member's secrets in this hospital's keeping, base64url; gone once the session is over. */
export interface HeldShares {
	readonly of: string;
	readonly selfMask: string;
	/** Of the mask key; to be shown only of a hospital that dropped out, and never beside `selfMask`. */
	readonly maskSecret: string;
}

/** A collector's message that has been acted upon: the same one gets the same answer, another one none. */
export interface Answer {
	readonly kind: CollectorBody['kind'];
	/** SHA-256 of its canonical form, hex. */
	readonly digest: string;
	/** null while the answer waits for the input. */
	readonly send: MemberBody | null;
}

interface Common {
	readonly terms: SessionTerms;
	readonly hospital: string;
	readonly advert: Advert;
	readonly answers: readonly Answer[];
}

export interface Advertised extends Common {
	readonly phase: 'advertised';
	readonly secrets: MemberSecrets;
}

export interface Shared extends Common {
	readonly phase: 'shared';
	readonly secrets: MemberSecrets;
	/** U1, ascending. */
	readonly adverts: readonly Advert[];
	readonly ownShares: HeldShares;
}

export interface Delivered extends Common {
	readonly phase: 'delivered';
	readonly secrets: MemberSecrets;
	/** Of U2, ascending: those whose shares arrived. */
	readonly sharers: readonly Advert[];
	/** base64url; the sid follows from it and the question, which may come later. */
	readonly usid: string;
	readonly held: readonly HeldShares[];
}

export interface Masked extends Common {
	readonly phase: 'masked';
	readonly sharers: readonly Advert[];
	/** base64url */
	readonly sid: string;
	readonly held: readonly HeldShares[];
	readonly ownClaim: InputClaim;
}

export interface Confirmed extends Common {
	readonly phase: 'confirmed';
	readonly sid: string;
	readonly held: readonly HeldShares[];
	/** The one roster that was signed. */
	readonly claims: readonly InputClaim[];
}

/** Unmasked or abandoned; no secret is left. */
export interface Done extends Common {
	readonly phase: 'done';
}

export type MemberState = Advertised | Shared | Delivered | Masked | Confirmed | Done;

export interface MemberStep {
	readonly state: MemberState;
	/** To the collector, after `state` has been committed. */
	readonly send: MemberBody | null;
	/** The caller owes `provideInput`. */
	readonly needsInput: boolean;
	readonly done: boolean;
}

export function memberStep(state: MemberState, send: MemberBody | null): MemberStep {
	return { state, send, needsInput: state.phase === 'delivered', done: state.phase === 'done' };
}
