// What the stages of a node ask of the outside. Adapters implement these; a stage never sees an adapter.

import type {
	AskKind,
	AuditLog,
	Clock,
	DataClass,
	Dictionary,
	EarlierRelease,
	GenomeExam,
	GenotypeFact,
	Manifest,
	Mechanism,
	NoisePlan,
	Plan,
	Random,
	RawCount,
	Result,
	SeriesFact,
	SigningSeed,
	ToNode,
	ValueFact,
} from '@cordon/shared';
import type { AuthorizeParts } from './authorize/authorize.ts';
import type { PatientConsent } from './consent/patient-consent.ts';
import type { ReceiveParts } from './receive/receive.ts';

import type { KeptInput, OutgoingMessage, PreparedRecord, SessionChange, SessionRecord } from './session.ts';

/** HMAC of a patient identifier under the hospital's own key, hex; the only name a patient has in the store. */
export type Pseudonym = string & { readonly __pseudonym: never };

/** One typed fact of one patient, as a source's reader gives it: all that ingest keeps. */
export type FactRow = { readonly patient: Pseudonym } & (
	| { readonly kind: 'image-exam' }
	| { readonly kind: 'clinical-exam' }
	| { readonly kind: 'genome-exam'; readonly exam: GenomeExam }
	| { readonly kind: 'series'; readonly series: SeriesFact }
	| { readonly kind: 'value'; readonly value: ValueFact }
	| { readonly kind: 'genotype'; readonly genotype: GenotypeFact }
	| { readonly kind: 'condition'; readonly code: string }
	| { readonly kind: 'consent'; readonly consent: PatientConsent }
);

/** A new snapshot being written. Nothing of it is seen before `commit`; `discard` leaves no trace. */
export interface SnapshotWriter {
	readonly write: (rows: readonly FactRow[]) => Promise<void>;
	readonly commit: () => Promise<void>;
	readonly discard: () => Promise<void>;
}

export interface SnapshotStore {
	/** `epoch` is the public calendar's label, for example 2026-11. */
	readonly begin: (epoch: string) => Promise<SnapshotWriter>;
	/** The committed snapshot's epoch; null before the first. */
	readonly currentEpoch: () => Promise<string | null>;
	/** Its number, which no other snapshot of this store ever has. */
	readonly currentSnapshot: () => Promise<number | null>;
}

/** Patients of the current snapshot by their dense local ordinal, which never leaves the node. */
export type Ordinal = number;

export interface CohortIndex {
	/** One count a cell of the plan, in its order, over the patients given and no others. */
	readonly count: (plan: Plan, patients: readonly Ordinal[]) => Promise<readonly RawCount[]>;
	/** Who of them is in the cohort, and in which cell of the plan. */
	readonly place: (plan: Plan, patients: readonly Ordinal[]) => Promise<readonly Placed[]>;
}

/** A patient of the cohort, by the name that stays over every ingest, and the cell's index in the plan. */
export interface Placed {
	readonly patient: string;
	readonly cell: number;
}

/** An exact answer about to be given. */
export interface ExactAnswer {
	readonly session: string;
	readonly project: string;
	readonly epoch: string;
	/** Sorted hospital ids. */
	readonly roster: readonly string[];
	readonly plan: Plan;
	readonly placed: readonly Placed[];
}

/** What is known of an exact answer that was given; its patients stay in the store. */
export interface HeldRelease {
	readonly session: string;
	readonly project: string;
	readonly epoch: string;
	readonly roster: readonly string[];
	/** `cohortKey` of what was asked. */
	readonly cohort: string;
	readonly cells: number;
	/** The coordinator has said that nothing of it was released; its patients were forgotten then. */
	readonly isDropped: boolean;
}

export interface ExactHistory {
	/** All answers that one of this epoch is compared with or counted with. */
	readonly answers: (epoch: string) => Promise<readonly HeldRelease[]>;
	/** Keeps the answer's patients, and counts how they overlap with those of the answers listed. */
	readonly keepAndCompare: (
		answer: ExactAnswer,
		listed: readonly EarlierRelease[],
	) => Promise<Result<readonly RawCount[], 'exact-unlisted'>>;
	/** Keeps the answer's patients; whether with an earlier answer it tells of fewer than `k` of them. */
	readonly keepAndJudge: (answer: ExactAnswer, k: number) => Promise<boolean>;
	/** What the coordinator said of the session's end; where it says nothing, the answer counts as released. */
	readonly settle: (session: string, outcome: 'released' | 'aborted') => Promise<void>;
}

/** The hospital's list of withdrawals as it stands at this moment, which may be newer than the snapshot. */
export interface CurrentWithdrawals {
	/** Throws where the list cannot be read: without it nobody's consent is known. */
	readonly patients: () => Promise<ReadonlySet<Pseudonym>>;
	/** What the register then holds against each of them. */
	readonly consent: PatientConsent;
}

export interface ConsentRegister {
	/** Every patient of the current snapshot with all consents on record. */
	readonly all: () => Promise<
		readonly { readonly patient: Ordinal; readonly consents: readonly PatientConsent[] }[]
	>;
}

/** What is asked of the policy engine. Anything but a definite yes is a no. */
export interface AccessQuestion {
	/** The issuer-scoped subject of the verified token. */
	readonly person: string;
	readonly project: string;
	readonly askKind: AskKind;
	readonly mechanism: Mechanism;
	readonly purpose: string;
	readonly nowMs: number;
}

export interface BudgetRequest {
	readonly session: string;
	readonly project: string;
	readonly person: string;
	readonly epoch: string;
	readonly mechanism: Mechanism;
	readonly epsilonMicros: number;
}

export type BudgetOutcome = 'reserved' | 'exhausted';

export interface Ledger {
	/** Atomic; asking again for the same session changes nothing and answers as the first time. */
	readonly reserve: (request: BudgetRequest) => Promise<BudgetOutcome>;
	/** Throws where nothing is reserved: also after a refund, so that what was given back can never be answered. */
	readonly commit: (session: string) => Promise<void>;
	/**
	 * Gives back what was reserved for a session that ends here before it was committed, and so before this hospital
	 * said anything that depends on its data: no certificate of the others is needed. `kept`: it was committed, or
	 * nothing was reserved. Asking again changes nothing.
	 */
	readonly refundUnsent: (session: string) => Promise<'refunded' | 'kept'>;
	/**
	 * Gives back what was committed for a session whose sum can never be opened, as its certificate has proven: the
	 * caller has verified that. `kept`: nothing was committed, or it was given back before.
	 */
	readonly refundAbandoned: (session: string) => Promise<'refunded' | 'kept'>;
	/** Spent (reserved and committed) in the epoch and for life, millionths of epsilon. */
	readonly spent: (epoch: string) => Promise<{ readonly epochMicros: number; readonly lifeMicros: number }>;
}

export type { DataClass };

/** Noise drawn ahead of the questions. What is handed out is no longer there. */
export interface NoisePool {
	/** A share of this distribution for each cell; what is not there is drawn at once. Throws rather than give fewer. */
	readonly take: (plan: NoisePlan, cells: number) => readonly bigint[];
	/** Draws a little of what is lacking, for less than a millisecond; false where nothing is. */
	readonly drawSlice: () => boolean;
}

/** How the store stands as a message of a session comes. */
export interface Standing {
	readonly record: SessionRecord | null;
	readonly prepared: PreparedRecord | null;
	readonly paused: boolean;
}

export interface SessionStore {
	/** In one look. Throws where the store is older than what was seen of it. */
	readonly standing: (session: string) => Promise<Standing>;
	/**
	 * The same for the next round of a session. What this process saved of it last is not read again: that the store went
	 * back since is found out when it is written to, and is to be asked of `cursor` before anything but `save` does.
	 */
	readonly resume: (session: string) => Promise<Standing>;
	readonly find: (session: string) => Promise<SessionRecord | null>;
	/**
	 * Takes a researcher's request id for this session, for ever; false where another session has it. An id is used
	 * up as soon as its request was found genuine, whatever came of it then.
	 */
	readonly claimRequest: (requestId: string, session: string) => Promise<boolean>;
	readonly openSessions: () => Promise<readonly SessionRecord[]>;
	readonly preparedSessions: () => Promise<readonly PreparedRecord[]>;
	/** Null where nothing is kept of the session: it was not answered under masks, or too long ago. */
	readonly keptInput: (session: string) => Promise<KeptInput | null>;
	/** Throws, and has changed nothing, where the store is older than what was seen of it. */
	readonly save: (change: SessionChange) => Promise<void>;
	readonly unsent: () => Promise<readonly OutgoingMessage[]>;
	/** Kept with the next `save`: a node killed before then says it again, and the coordinator knows it by its digest. */
	readonly markSent: (id: string) => Promise<void>;
	/** Throws where the store is older than what was seen of it. */
	readonly cursor: () => Promise<number>;
	readonly isPaused: () => Promise<boolean>;
	readonly setPaused: (paused: boolean) => Promise<void>;
}

/** Everything a pipeline is made of; only the daemon's start puts it together. */
export interface NodeParts {
	readonly hospital: string;
	/** Verified: signed by all. */
	readonly manifest: Manifest;
	readonly dictionary: Dictionary;
	/** The hospital's own k, at least the network's. */
	readonly k: number;
	readonly identity: Omit<ReceiveParts, 'seenRequest'>;
	readonly access: AuthorizeParts;
	readonly snapshots: SnapshotStore;
	readonly consents: ConsentRegister;
	readonly index: CohortIndex;
	readonly ledger: Ledger;
	readonly history: ExactHistory;
	readonly sessions: SessionStore;
	readonly audit: AuditLog;
	readonly clock: Clock;
	readonly random: Random;
	/** Absent: all noise is drawn from `random` when it is needed. */
	readonly noise?: NoisePool;
	readonly signingSeed: SigningSeed;
}

export interface InboundMessage {
	readonly sequence: number;
	/** Null where it was not a message of the coordinator to us: skipped, and the sequence moves on. */
	readonly message: ToNode | null;
}

/**
 * `late`: of a session that is over, or whose word was taken before; `rejected`: heard and refused for good; `failed`:
 * heard, to be tried again.
 */
export type SendOutcome = 'accepted' | 'late' | 'rejected' | 'failed';

export interface CoordinatorClient {
	/** Waits up to `waitMs` for messages after the sequence number given. Throws where unreachable. */
	readonly poll: (after: number, waitMs: number, signal: AbortSignal) => Promise<readonly InboundMessage[]>;
	/** Throws where unreachable. */
	readonly send: (message: OutgoingMessage) => Promise<SendOutcome>;
	readonly manifest: () => Promise<unknown>;
	readonly dictionary: () => Promise<unknown>;
	readonly signManifest: (hash: string, signature: string) => Promise<void>;
}
