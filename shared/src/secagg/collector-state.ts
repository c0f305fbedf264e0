// What the coordinator remembers of one session: signed messages and masked vectors, never an opened number.

import type { MergedCount } from '../numbers/numbers.ts';
import type { SecaggAbort } from './faults.ts';
import type {
	Advert,
	CollectorBody,
	Consistency,
	MaskedInput,
	MemberBody,
	ShareKeys,
	Unmask,
} from './messages.ts';
import type { SecaggTerms } from './terms.ts';

export type CollectorPhase = MemberBody['kind'] | 'ended';

/** Plain JSON. Each list is ascending by hospital; all but the terms are emptied at the end. */
export interface CollectorState {
	readonly terms: SecaggTerms;
	/** The kind of message that is being collected. */
	readonly phase: CollectorPhase;
	readonly withdrawn: readonly string[];
	readonly adverts: readonly Advert[];
	readonly shares: readonly ShareKeys[];
	readonly inputs: readonly MaskedInput[];
	readonly confirmations: readonly Consistency[];
	readonly unmasks: readonly Unmask[];
}

/** The sum is in the step and never in the state: what is committed cannot tell a number. */
export type CollectorOutcome =
	| {
			readonly kind: 'sum';
			readonly cells: readonly MergedCount[];
			readonly contributors: readonly string[];
			readonly epochs: Readonly<Record<string, string>>;
	  }
	| { readonly kind: 'aborted'; readonly reason: SecaggAbort };

export interface CollectorStep {
	readonly state: CollectorState;
	readonly send: readonly { readonly to: string; readonly body: CollectorBody }[];
	/** Given once, by the step that ends the session. */
	readonly outcome: CollectorOutcome | null;
}

export function emptyCollector(terms: SecaggTerms, phase: CollectorPhase): CollectorState {
	return { terms, phase, withdrawn: [], adverts: [], shares: [], inputs: [], confirmations: [], unmasks: [] };
}

export function endCollector(state: CollectorState, outcome: CollectorOutcome): CollectorStep {
	return { state: emptyCollector(state.terms, 'ended'), send: [], outcome };
}
