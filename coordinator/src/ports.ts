// What the coordinator's stages ask of the outside. Adapters implement these; a stage never sees an adapter.

import type {
	AbandonPromise,
	AuditLog,
	Clock,
	Dictionary,
	Manifest,
	Member,
	PublishedTable,
	Random,
	RefusalCode,
	Result,
	SignedManifest,
	SignedRequest,
	SigningSeed,
	ToNode,
	VerifiedRequest,
	Wire,
} from '@cordon/shared';
import type { LinearSolver } from './linear-solver.ts';
import type { Founding } from './membership/founding.ts';
import type { Outgoing, PreparedSession, QueryRecord, SessionRecord } from './session.ts';

/** The transparency log, with the receipt that an answer carries: proof that the entry is in the signed tree. */
export interface CoordinatorAudit extends AuditLog {
	readonly proof: (index: number) => Promise<Wire>;
}

/** A request whose signature, token and audience were verified here: a first gate only, each node verifies again. */
export interface AdmittedRequest extends VerifiedRequest {
	readonly person: string;
}

/** What came with an HTTP request to prove who sent it (RFC 9449). */
export interface PresentedProof {
	readonly authorization: string | null;
	readonly proof: string | null;
	readonly method: string;
	readonly url: string;
}

export interface ResearcherGate {
	/** The person behind a bound token and its proof of possession, with the token that was presented. */
	readonly authenticate: (
		presented: PresentedProof,
		manifest: Manifest,
	) => Promise<Result<{ readonly person: string; readonly token: string }, RefusalCode>>;
	readonly verifyRequest: (
		signed: SignedRequest,
		manifest: Manifest,
	) => Promise<Result<AdmittedRequest, RefusalCode>>;
}

/** A change of one session, written whole or not at all. */
export interface SessionChange {
	/** As it is after the change; stored with `version` one higher if the stored one still equals `version`. */
	readonly record: SessionRecord;
	/** The messages that caused it, so that the same ones again have no effect; none where a sweep did. */
	readonly taken: readonly TakenMessage[];
	readonly outgoing: readonly Outgoing[];
	/**
	 * The signed answer, which ends the query and deletes the session's undelivered messages. A released one becomes
	 * the release that the query holds; any other lets go of it, for the next who asks.
	 */
	readonly answer: Wire | null;
}

export interface TakenMessage {
	readonly hospital: string;
	/** One message a step is accepted of each hospital. */
	readonly step: string;
	/** SHA-256 of its canonical form, hex. */
	readonly digest: string;
}

/** A session with every message that was taken of it. */
export interface StoredSession {
	readonly record: SessionRecord;
	readonly taken: readonly TakenMessage[];
}

export interface WaitingMessage {
	readonly seq: number;
	readonly message: ToNode;
}

/** A hospital's message with its place in the mailbox, as it was committed. */
export interface Posted extends WaitingMessage {
	readonly to: string;
}

/** `known`: the same request is stored already, with this id. `held`: another query has the release; nothing is stored. */
export interface Opened {
	readonly outcome: 'opened' | 'known' | 'held';
	readonly id: string;
}

/** Which query computes, or has computed, the release of a key. */
export interface HeldRelease {
	readonly query: string;
	readonly session: string;
	readonly person: string;
	/** The signed answer, for ever the same; null while it is being computed. */
	readonly answer: Wire | null;
}

export interface SessionStore {
	/** Query, session and its messages, all or nothing; `release` is the key that it will answer, null for none. */
	readonly open: (
		query: QueryRecord,
		record: SessionRecord,
		outgoing: readonly Outgoing[],
		release: string | null,
	) => Promise<Opened>;
	readonly heldRelease: (key: string) => Promise<HeldRelease | null>;
	/** Takes a key that nobody holds for this query while it runs; the result is whoever holds it now, null: nobody. */
	readonly claimRelease: (key: string, query: string) => Promise<HeldRelease | null>;
	readonly session: (session: string) => Promise<SessionRecord | null>;
	readonly running: () => Promise<readonly SessionRecord[]>;
	readonly query: (id: string) => Promise<QueryRecord | null>;
	readonly queryOfRequest: (requestDigest: string) => Promise<QueryRecord | null>;
	readonly sessionOf: (session: string) => Promise<StoredSession | null>;
	/** What was posted with it; null: somebody else changed the session since it was read, and nothing is. */
	readonly change: (change: SessionChange) => Promise<readonly Posted[] | null>;
	/** Deletes what the hospital acknowledged and returns what follows, in order. */
	readonly waiting: (hospital: string, after: number) => Promise<readonly WaitingMessage[]>;
}

/** An exact question that is about to be sent to the hospitals. */
export interface ExactOpening {
	readonly session: string;
	readonly project: string;
	/** The coordinator's own calendar's. */
	readonly epoch: string;
	/** Sorted hospital ids. */
	readonly roster: readonly string[];
	/** `cohortKey` of what is asked. */
	readonly cohort: string;
	readonly asked: Pick<PublishedTable, 'cohort' | 'variables'>;
	readonly cells: number;
	readonly deadlineMs: number;
}

export interface ExactSession extends ExactOpening {
	readonly state: 'running' | 'released' | 'ended';
	/** Which cells were shown; null unless released. */
	readonly shown: readonly boolean[] | null;
	readonly hiddenSums: PublishedTable['hiddenSums'];
}

/** Every exact session, for as long as this network lives. */
export interface ExactSessions {
	/**
	 * Records the opening with what it is compared with, if `decide` agrees; no other opening comes between. One that
	 * is recorded already is begun again with the same list, or not at all (`exact-busy`).
	 */
	readonly begin: (
		opening: ExactOpening,
		decide: (known: readonly ExactSession[]) => Result<readonly ExactSession[], RefusalCode>,
	) => Promise<Result<readonly ExactSession[], RefusalCode>>;
	/** What a session was compared with, in the order its hospitals were told; null where it was not recorded. */
	readonly comparedWith: (session: string) => Promise<readonly ExactSession[] | null>;
	/** null where nothing was released. The first end of a session stands. */
	readonly end: (
		session: string,
		released: Pick<PublishedTable, 'shown' | 'hiddenSums'> | null,
	) => Promise<void>;
	/** Whether one of the hospitals has ever released exactly, or may have. */
	readonly haveReleased: (hospitals: readonly string[]) => Promise<boolean>;
}

/** Promises of hospitals that a session is never opened, verified before they come here. */
export interface Abandonments {
	/** A hospital's first promise of a session stays; one again changes nothing. What waits since before `sinceMs` goes. */
	readonly note: (
		promise: AbandonPromise & { readonly session: string },
		terms: { readonly needed: number; readonly nowMs: number; readonly sinceMs: number },
	) => Promise<void>;
	/** Of sessions that run no longer and have as many as are needed; ascending by session and hospital (code units). */
	readonly uncertified: () => Promise<
		readonly { readonly session: string; readonly promises: readonly AbandonPromise[] }[]
	>;
	/** Posts the certificate; false: that was done before, and nothing is posted. */
	readonly certify: (session: string, outgoing: readonly Outgoing[]) => Promise<boolean>;
}

export interface Invitation {
	readonly hospital: string;
	/** SHA-256 of the secret, hex; the secret itself is only in the invitation file. */
	readonly secretHash: string;
	readonly expiresMs: number;
}

export interface StoredManifest extends SignedManifest {
	readonly hash: string;
}

export interface MembershipStore {
	readonly found: (founding: Founding) => Promise<'founded' | 'already-founded'>;
	readonly founding: () => Promise<Founding | null>;
	/** Replaces an earlier invitation of the same hospital. */
	readonly invite: (invitation: Invitation) => Promise<void>;
	readonly invitation: (hospital: string) => Promise<Invitation | null>;
	readonly members: () => Promise<readonly Member[]>;
	/** Consumes the invitation; false where it was consumed or the hospital enrolled meanwhile. */
	readonly enrol: (member: Member) => Promise<boolean>;
	readonly draft: () => Promise<StoredManifest | null>;
	readonly current: () => Promise<StoredManifest | null>;
	readonly manifest: (hash: string) => Promise<StoredManifest | null>;
	/** Keeps the first draft of a version; a later one of the same version is dropped. */
	readonly saveDraft: (manifest: Manifest, hash: string) => Promise<void>;
	readonly addSignature: (hash: string, signer: string, signature: string) => Promise<void>;
	readonly makeCurrent: (hash: string) => Promise<void>;
}

/** Wakes whoever waits for a hospital's messages in this process. */
export interface WakeUps {
	/** `posted`: what is committed for it, and was just now; it need not be all that waits. */
	readonly wake: (topic: string, posted?: readonly WaitingMessage[]) => void;
	/** Calls `woken` at the next wake of the topic, at most once; the result takes the wish back. */
	readonly once: (topic: string, woken: (posted: readonly WaitingMessage[]) => void) => () => void;
	readonly wakeAll: () => void;
}

export interface Timer {
	/** Runs the work once after the delay; the result cancels it. */
	readonly after: (delayMs: number, work: () => void) => () => void;
}

/** Codes and ids only: never a value, a count, a token or another library's message. */
export interface Log {
	/** `event` is a code of its own; so are the ids' texts. */
	readonly info: (event: string, ids: Ids) => void;
	readonly fault: (event: string, ids: Ids) => void;
	readonly debug?: (event: string, ids: Ids) => void;
	/** Does the work and notes for debugging how long it took, in milliseconds; absent: nobody wants to know. */
	readonly timed?: <T>(event: string, ids: Ids, work: () => Promise<T>) => Promise<T>;
	/** Every line of the work, however deep, carries these ids too. */
	readonly within?: <T>(ids: Ids, work: () => T) => T;
}

type Ids = Readonly<Record<string, string | number>>;

export interface PreparedStore {
	readonly find: (session: string) => Promise<PreparedSession | null>;
	/** Oldest first. */
	readonly all: () => Promise<readonly PreparedSession[]>;
	readonly open: (prepared: PreparedSession, outgoing: readonly Outgoing[]) => Promise<void>;
	/** false: somebody else changed it, or took it, since it was read; nothing is written then. */
	readonly change: (prepared: PreparedSession, outgoing: readonly Outgoing[]) => Promise<boolean>;
	/**
	 * Takes it, to be asked by whoever gets true, and by nobody else. A coordinator that is killed before it has asked
	 * leaves the nodes with a session that nobody asks, which they drop at its expiry.
	 */
	readonly take: (prepared: PreparedSession) => Promise<boolean>;
	/** With its undelivered messages; nothing where it is gone already. */
	readonly drop: (session: string, outgoing: readonly Outgoing[]) => Promise<void>;
}

export interface PreparedParts {
	readonly store: PreparedStore;
	/** How many sessions to keep ready, a project and mechanism; 0: none, and every question takes five exchanges. */
	readonly target: number;
}

/** Everything the pipeline works with. */
export interface CoordinatorParts {
	readonly sessions: SessionStore;
	readonly exact: ExactSessions;
	readonly abandonments: Abandonments;
	readonly prepared: PreparedParts;
	readonly membership: MembershipStore;
	readonly audit: CoordinatorAudit;
	readonly gate: ResearcherGate;
	readonly wakeUps: WakeUps;
	readonly clock: Clock;
	readonly random: Random;
	readonly identitySeed: SigningSeed;
	readonly dictionary: Dictionary;
	readonly solver: LinearSolver;
	readonly log: Log;
}
