// What coordinator and nodes say to each other in a session, once the transport has been verified.
// Every number in it is a public size, a masked share, or (in a plain network only) a safe count.

import type { EarlierRelease } from '../exact/earlier-release.ts';
import type { PublicCode } from '../refusals.ts';

/** The researcher's signed request, compact JWS, with the access token its key is bound to. */
export interface SignedRequest {
	readonly token: string;
	readonly request: string;
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
}

/** A node's no. It depends on query, identity, policy and budget, never on data. */
export interface RefuseMessage {
	readonly kind: 'refuse';
	readonly session: string;
	readonly code: PublicCode;
}

/** One message of `cordon-secagg/1`; the state machine in ../secagg reads and writes `body`. */
export interface SecaggMessage {
	readonly kind: 'secagg';
	readonly session: string;
	readonly body: unknown;
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

export type ToNode = OpenMessage | SecaggMessage | EndMessage;
export type ToCoordinator = RefuseMessage | SecaggMessage | PlainSharesMessage;
