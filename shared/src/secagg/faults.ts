// Why a message of secure aggregation is not acted upon; the state it met stays as it was.

export type SecaggFault =
	/** Not JSON of the closed shape. */
	| 'malformed-message'
	/** Right shape, wrong time: a round skipped, or a message for the other side. */
	| 'unexpected-message'
	/** A second, different message for a round already answered: an equivocation. */
	| 'conflicting-message'
	| 'unknown-hospital'
	/** The body names another hospital than the one that sent it. */
	| 'wrong-sender'
	| 'bad-signature'
	/** Out of order, or one hospital or key twice. */
	| 'bad-order'
	| 'too-few-members'
	/** The own entry is missing or was altered. */
	| 'not-included'
	/** X25519 gave all zeros: the other side's key is of low order. */
	| 'weak-key'
	| 'bad-share'
	/** Names other hospitals than those of the round before. */
	| 'wrong-members'
	/** A vector of another length, or not in the one encoding. */
	| 'bad-cells'
	| 'session-ended';

/** Why a session ended without a sum. */
export type SecaggAbort = 'too-few-hospitals' | 'unmask-failed';
