// A running question as the coordinator keeps it: what survives a restart, and what every stage is given.

import type {
	CollectorState,
	Mechanism,
	MergedCount,
	PublicCode,
	Question,
	SealedSum,
	SignedInputs,
	SignedRequest,
	ToNode,
	Wire,
} from '@cordon/shared';

/** `waiting` has sent nothing yet, `absent` sent nothing in time, `left` had begun, then refused or missed a round. */
export type Participation =
	| { readonly state: 'waiting' | 'answering' | 'absent' | 'left' }
	| { readonly state: 'refused'; readonly code: PublicCode };

export type ProgressStep = 'dispatched' | 'advertised' | 'masked' | 'consistent' | 'released' | 'ended';

/** One hospital's safe counts in a plain network; they are stored while the session runs and deleted at its end. */
export interface PlainShares {
	readonly epoch: string;
	readonly k: number;
	readonly cells: readonly (string | null)[];
}

/** Plain JSON. Secure: masked shares and what opens their sum, never one hospital's numbers. */
export type MergeState =
	| { readonly kind: 'secure'; readonly collector: CollectorState }
	| {
			readonly kind: 'plain';
			readonly cells: number;
			readonly waitingFor: readonly string[];
			readonly shares: Readonly<Record<string, PlainShares>>;
	  }
	| ReplayState;

/** A question that another query has answered or is about to: it waits for that, and for leave to show it. */
export interface ReplayState {
	readonly kind: 'replay';
	/** Of the release; see `releaseKeyOf`. */
	readonly key: string;
	/** Kept until the session ends: hospitals judge it, and the question may still have to be computed. */
	readonly signed: SignedRequest;
	/** null in a visible network. */
	readonly receiverKey: string | null;
	/** Hospitals that have not yet permitted it; null: there is no release yet. */
	readonly waitingFor: readonly string[] | null;
}

/** Hospitals whose message is still to come, and of which round; `heard`: how many have sent theirs. */
export interface Awaited {
	readonly round: CollectorState['phase'] | 'plain';
	readonly hospitals: readonly string[];
	readonly heard: number;
}

/** An answer before hour, receipt and signature: what its log entry commits to. */
export type AnswerBody = Readonly<Record<string, Wire>>;

/** What was decided of a session, once and for all. */
export interface Ending {
	readonly status: 'released' | 'withheld' | 'refused';
	readonly code: PublicCode | null;
	/** Something is wrong that no honest hospital causes; for the log, not for the researcher. */
	readonly fault: 'implausible-sum' | null;
	readonly contributors: readonly string[];
	/** Of a sum that was opened, whatever came of it; absent where there was none, and in a plain network. */
	readonly inputs?: SignedInputs;
	readonly body: AnswerBody;
}

export interface SessionRecord {
	/** 32 bytes, hex. */
	readonly session: string;
	readonly query: string;
	/** Hash of the manifest it was opened under. */
	readonly manifest: string;
	readonly project: string;
	/** Sorted hospital ids. */
	readonly roster: readonly string[];
	/** When the round that is being collected began, and when all ends; milliseconds since 1970. */
	readonly roundSinceMs: number;
	readonly deadlineMs: number;
	readonly participation: Readonly<Record<string, Participation>>;
	readonly step: ProgressStep;
	/** Recorded among the exact sessions, and so to be ended there. */
	readonly exact?: true;
	/**
	 * Decided, and not yet logged and signed; null before and after. It is stored before it is logged, because a sum
	 * that was opened in memory cannot be opened again after a crash: whoever then finds the session ends it as it was
	 * decided, so that the log and the answer cannot say different things.
	 */
	readonly ending: Ending | null;
	/** null once the session has ended. */
	readonly merge: MergeState | null;
	/** Grows with every change; a writer that read an older one is refused. */
	readonly version: number;
}

/** A session whose keys and shares are exchanged before there is a question. Plain JSON; nothing of a patient is in it. */
export interface PreparedSession {
	/** 32 bytes, hex. */
	readonly session: string;
	/** Hash of the manifest it was prepared under. */
	readonly manifest: string;
	readonly project: string;
	readonly mechanism: Mechanism;
	/** Sorted hospital ids. */
	readonly roster: readonly string[];
	readonly sinceMs: number;
	readonly expiresMs: number;
	readonly collector: CollectorState;
	readonly version: number;
}

export interface QueryRecord {
	readonly id: string;
	/** Issuer and subject of the verified token; only this person sees the query. */
	readonly person: string;
	/** SHA-256 of the signed request as sent, hex: the same request again is the same query. */
	readonly requestDigest: string;
	readonly requestHash: string;
	readonly queryHash: string;
	readonly manifest: string;
	readonly question: Question;
	readonly session: string;
	/** The signed final answer; null while running. */
	readonly answer: Wire | null;
}

export interface Outgoing {
	readonly to: string;
	readonly message: ToNode;
}

/** One cell of the merged answer. `count` sums the hospitals that show theirs; null where none does. */
export interface MergedCell {
	readonly count: MergedCount | null;
	readonly hiddenByHospital: boolean;
}

/** What the merge stage hands to release. It is held in memory only: it is not disclosure-controlled yet. */
export interface MergedAnswer {
	readonly merged: readonly MergedCell[];
	readonly contributors: readonly string[];
	readonly epochs: Readonly<Record<string, string>>;
	/** The largest k among the contributors. */
	readonly k: number;
	readonly noiseHospitals: number;
	readonly minimumContributors: number;
	/** Absent in a plain network. */
	readonly inputs?: SignedInputs;
}

/** The same of a blind network, where nobody but the researcher can open the sum, and nothing of it is decided here. */
export interface SealedAnswer extends Omit<MergedAnswer, 'merged' | 'k'> {
	readonly sealed: SealedSum;
}
