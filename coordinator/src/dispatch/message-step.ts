// Which step of a session a hospital's message belongs to: one message a step is accepted, and the same one again.

import { canonicalJson, hashParts, type ToCoordinator, toHex } from '@cordon/shared';

/** A refusal may follow any step; each round of secure aggregation is a step of its own, named by its body's kind. */
export function stepOf(message: ToCoordinator): string {
	if (message.kind !== 'secagg') return message.kind;
	const { body } = message;
	const round = typeof body === 'object' && body !== null && 'kind' in body ? body.kind : null;
	return `secagg/${String(round).slice(0, 40)}`;
}

export function digestOf(message: ToCoordinator): string {
	return toHex(hashParts('cordon-message/1', canonicalJson(message)));
}
