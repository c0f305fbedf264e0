// Which step of a session a hospital's message belongs to: one message a step is accepted, and the same one again.

import { canonicalJson, hashParts, kindOfPacked, type ToCoordinator, toHex } from '@cordon/shared';

/**
 * A refusal may follow any step; each round of secure aggregation is a step of its own, named by its body's kind.
 * The name goes into the database, so it is one of the protocol's own and never what a hospital wrote.
 */
export function stepOf(message: ToCoordinator): string {
	if (message.kind !== 'secagg') return message.kind;
	return `secagg/${kindOfPacked(Buffer.from(message.body, 'base64url')) ?? 'none'}`;
}

export function digestOf(message: ToCoordinator): string {
	return toHex(hashParts('cordon-message/1', canonicalJson(message)));
}
