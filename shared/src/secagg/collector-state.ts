// What the coordinator remembers of one session: signed messages and the masked vectors' sum, never an opened number.

import type { MergedCount } from '../numbers/numbers.ts';
import type { SecaggAbort } from './faults.ts';
import type {
	Advert,
	CollectorBody,
	Consistency,
	InputClaim,
	MemberBody,
	ShareKeys,
	Unmask,
} from './messages.ts';
import type { SealedSum } from './sealed-sum.ts';
import type { QuestionTerms, SessionTerms } from './terms.ts';

/** `ready`: keys and shares are exchanged, and there is no question yet. */
export type CollectorPhase = MemberBody['kind'] | 'ready' | 'ended';

/** Plain JSON. Each list is ascending by hospital; all but what was agreed is emptied at the end. */
export interface CollectorState {
	readonly terms: SessionTerms;
	/** null while the session waits to be asked. */
	readonly question: QuestionTerms | null;
	/** The kind of message that is being collected. */
	readonly phase: CollectorPhase;
	/** Refused, or not heard of in time: nothing more is awaited or taken of them, what they sent before stands. */
	readonly withdrawn: readonly string[];
	/** Of U1. */
	readonly adverts: readonly Advert[];
	/** base64url; null until U1 is known. */
	readonly usid: string | null;
	/** Of U2. */
	readonly shares: readonly ShareKeys[];
	/** base64url; null until U2 and the question are known. */
	readonly sid: string | null;
	/** Of U3: what each has signed of its vector. */
	readonly claims: readonly InputClaim[];
	/** The masked vectors of U3, summed: the encoding of one vector, null before the first. */
	readonly summed: string | null;
	readonly confirmations: readonly Consistency[];
	readonly unmasks: readonly Unmask[];
}

/** What each contributor has signed: which vector it sent, and what it committed to as its count. */
export interface SignedInputs {
	/** Under which all is signed; base64url. */
	readonly sid: string;
	/** Ascending by hospital. */
	readonly claims: readonly InputClaim[];
}

/** The sum is in the step and never in the state: what is committed cannot tell a number. */
export type CollectorOutcome =
	| {
			readonly kind: 'sum';
			readonly cells: readonly MergedCount[];
			readonly contributors: readonly string[];
			readonly epochs: Readonly<Record<string, string>>;
			readonly inputs: SignedInputs;
	  }
	| {
			/** Of a blind network: the sum under the researcher's masks, with what they follow from. */
			readonly kind: 'sealed';
			readonly sealed: SealedSum;
			readonly contributors: readonly string[];
			readonly epochs: Readonly<Record<string, string>>;
			readonly inputs: SignedInputs;
	  }
	| { readonly kind: 'aborted'; readonly reason: SecaggAbort };

export interface CollectorStep {
	readonly state: CollectorState;
	readonly send: readonly { readonly to: string; readonly body: CollectorBody }[];
	/** Given once, by the step that ends the session. */
	readonly outcome: CollectorOutcome | null;
}

export function emptyCollector(
	agreed: Pick<CollectorState, 'terms' | 'question'>,
	phase: CollectorPhase,
): CollectorState {
	return {
		terms: agreed.terms,
		question: agreed.question,
		phase,
		withdrawn: [],
		adverts: [],
		usid: null,
		shares: [],
		sid: null,
		claims: [],
		summed: null,
		confirmations: [],
		unmasks: [],
	};
}

export function endCollector(state: CollectorState, outcome: CollectorOutcome): CollectorStep {
	return { state: emptyCollector(state, 'ended'), send: [], outcome };
}
