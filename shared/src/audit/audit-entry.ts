// What a daemon tells its transparency log: which stage decided what, and the details that only compliance may read.

import type { Wire } from '../numbers/wire.ts';
import type { CoordinatorStage, NodeStage } from '../stages.ts';

/** The class of a decision; the only content of a leaf that is not a commitment. */
export type Decision =
	| 'admitted'
	| 'refused'
	| 'answered'
	| 'unmasked'
	| 'released'
	| 'withheld'
	| 'aborted'
	| 'changed';

export interface AuditEntry {
	/** Names the event: appending the same key again changes nothing and returns the first index. */
	readonly key: string;
	readonly stage: NodeStage | CoordinatorStage;
	readonly decision: Decision;
	/** Codes, ids and hashes for the compliance officer; never a count, a patient or a token. */
	readonly body: Wire;
	/**
	 * SHA-256, hex, of a document that its holder can show, so that a receipt proves that very document was logged.
	 * Only of one that holds a random id: the hash of anything guessable would be the thing itself.
	 */
	readonly subject?: string;
}

export interface AuditLog {
	/** Durable when it resolves. Returns the entry's index in the log. */
	readonly append: (entry: AuditEntry) => Promise<number>;
}
