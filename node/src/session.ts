// A session as a node keeps it: what survives a restart, and what one message changes of it.

import type {
	EarlierRelease,
	InputOpening,
	Mechanism,
	MemberState,
	Plan,
	ToCoordinator,
} from '@cordon/shared';

/**
 * What others have been sent in a session of this hospital's data: `nothing`; `masked`, a vector under masks; `opened`,
 * this hospital's shares that take them off, or the counts themselves in a plain network.
 */
export type Said = 'nothing' | 'masked' | 'opened';

/** What a node remembers of one session; plain JSON. Secrets in `member` are dropped by the machine when it ends. */
export interface SessionRecord {
	readonly session: string;
	readonly requestId: string;
	readonly requestHash: string;
	/** The researcher's of a blind network, as they signed it; null in a visible one. */
	readonly receiverKey: string | null;
	/** Of the canonical query; older records have none. */
	readonly queryHash: string;
	readonly ended: boolean;
	readonly person: string;
	readonly project: string;
	readonly purpose: string;
	readonly epoch: string;
	readonly plan: Plan;
	/** When the researcher's token runs out: checked again before data are read. */
	readonly tokenExpiresMs: number;
	readonly deadlineMs: number;
	/** Earlier exact answers to compare with; absent where nothing is compared. */
	readonly earlier?: readonly EarlierRelease[];
	/** Absent in older records, of which it is not known: nothing is promised of them, and nothing given back. */
	readonly said?: Said;
	/** Hash of the manifest that it was opened under; absent in older records. */
	readonly manifest?: string;
	/** Null in a plain network and where the session was refused. */
	readonly member: MemberState | null;
}

/** A session of secure aggregation that waits to be asked; plain JSON, holding its secrets until it is. */
export interface PreparedRecord {
	readonly session: string;
	readonly project: string;
	readonly mechanism: Mechanism;
	readonly epoch: string;
	readonly expiresMs: number;
	readonly member: MemberState;
}

export interface OutgoingMessage {
	readonly id: string;
	readonly message: ToCoordinator;
}

/** What was counted for one session, as it was committed to; it never leaves the hospital. Plain JSON. */
export interface KeptInput {
	readonly session: string;
	readonly epoch: string;
	readonly opening: InputOpening;
	/** The snapshot that was counted; null where it was replaced meanwhile, and nobody can count it again. */
	readonly snapshot: number | null;
	/** The moment as of which consents were judged; milliseconds since 1970. */
	readonly countedMs: number;
	/** Patients who agreed then: those who have withdrawn since are no longer among them. */
	readonly agreed: number;
}

/** What one incoming message changes; all of it is committed at once. */
export interface SessionChange {
	readonly record: SessionRecord | null;
	readonly outgoing: readonly OutgoingMessage[];
	/** What opens the commitment in the masked input that goes out. */
	readonly input?: KeptInput;
	/** Sessions that can never be opened: what opens their commitments is of no use. */
	readonly forgotten?: readonly string[];
	readonly prepared?: PreparedRecord;
	/** Prepared sessions that wait no longer: they are being asked, or given up. */
	readonly dropped?: readonly string[];
	/** The sequence number of the coordinator's message that has now been dealt with. */
	readonly cursor: number | null;
}
