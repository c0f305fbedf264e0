// What coordinator and nodes say to each other in a session, once the transport has been verified.
// Every number in it is a public size, a masked share, or (in a plain network only) a safe count.

import type { EarlierRelease } from '../exact/earlier-release.ts';
import type { Mechanism } from '../query/query.ts';
import type { PublicCode } from '../refusals.ts';
import type { AbandonPromise } from '../secagg/abandon.ts';

/** The researcher's signed request, compact JWS, with the access token its key is bound to. */
export interface SignedRequest {
	readonly token: string;
	readonly request: string;
}

/**
 * Asks a node to exchange keys and shares for a session of secure aggregation that is to be asked later. It names no
 * question and no person.
 */
export interface PrepareMessage {
	readonly kind: 'prepare';
	readonly session: string;
	/** As of `OpenMessage`. */
	readonly manifest: string;
	readonly project: string;
	readonly mechanism: Mechanism;
	/** Milliseconds since 1970, at most `preparedLifeMs` ahead: what is not asked by then is dropped. */
	readonly expiresMs: number;
}

/** Opens a session at a node; sessions are named by the coordinator's nonce, 32 bytes, hex. */
export interface OpenMessage {
	readonly kind: 'open';
	readonly session: string;
	/** SHA-256 of the canonical manifest, hex: both sides must mean the same one. */
	readonly manifest: string;
	readonly project: string;
	readonly signed: SignedRequest;
	/** Milliseconds since 1970; a node refuses a deadline farther away than its policy's. */
	readonly deadlineMs: number;
	/** Exact sessions: the earlier answers to compare with, sorted by session; absent where nothing is compared. */
	readonly earlier?: readonly EarlierRelease[];
	/** The session's keys and shares are exchanged already: the answer is the masked input. */
	readonly prepared: boolean;
}

/**
 * Asks a hospital that contributed to a release whether another person may be shown it: judged as a question is, but
 * no patient is read and nothing is charged. Answered with `permit` or `refuse`.
 */
export interface ReplayMessage {
	readonly kind: 'replay';
	/** Of this request; its own nonce, 32 bytes, hex. */
	readonly session: string;
	readonly manifest: string;
	readonly project: string;
	readonly signed: SignedRequest;
	readonly deadlineMs: number;
	/** The session in which the release was made. */
	readonly released: string;
}

/** A hospital's yes to a replay, in its signed envelope. */
export interface PermitMessage {
	readonly kind: 'permit';
	readonly session: string;
}

/** A node's no. It depends on query, identity, policy and budget, never on data. */
export interface RefuseMessage {
	readonly kind: 'refuse';
	readonly session: string;
	readonly code: PublicCode;
}

/**
 * A hospital's word, once its part in a session of secure aggregation is over, that it has not shown its shares and
 * never will; see ../secagg/abandon.ts.
 */
export interface AbandonMessage {
	readonly kind: 'abandon';
	readonly session: string;
	/** base64url */
	readonly signature: string;
}

/** Enough such promises: what the session cost is given back. */
export interface AbandonedMessage {
	readonly kind: 'abandoned';
	readonly session: string;
	/** Ascending by hospital. */
	readonly promises: readonly AbandonPromise[];
}

/** One message of `cordon-secagg/1`: `body` packed (../secagg), base64url here and bytes on the wire. */
export interface SecaggMessage {
	readonly kind: 'secagg';
	readonly session: string;
	readonly body: string;
}

/** Plain aggregation: the safe counts of one hospital, decimal integers or null (hidden by the hospital itself). */
export interface PlainSharesMessage {
	readonly kind: 'plain';
	readonly session: string;
	readonly epoch: string;
	/** The hospital's own k, where it is above the network's. */
	readonly k: number;
	readonly cells: readonly (string | null)[];
}

/** The session is over; nothing further of it will be answered. */
export interface EndMessage {
	readonly kind: 'end';
	readonly session: string;
	readonly outcome: 'released' | 'aborted';
}

export type ToNode =
	| PrepareMessage
	| OpenMessage
	| ReplayMessage
	| SecaggMessage
	| EndMessage
	| AbandonedMessage;
export type ToCoordinator =
	| RefuseMessage
	| PermitMessage
	| SecaggMessage
	| PlainSharesMessage
	| AbandonMessage;
