// Reads what passes between a node and the coordinator without verifying it: the parties do that themselves.

import { decodeCbor, kindOfPacked, readUnverified } from '@cordon/shared';

export interface PassingMessage {
	readonly from: string;
	/** Of the message: `open`, `end`, `refuse`, `plain`, or the round's own: `advertise`, `deliver` ... */
	readonly kind: string;
	readonly session: string;
	/** The message as JSON, byte strings in base64url. */
	readonly text: string;
}

/** Errors: throws where the bytes are no envelope. */
export function passingMessage(envelope: Uint8Array): PassingMessage {
	const content = readUnverified(envelope);
	if (content === null) throw new Error('no envelope passes here');
	const body = content.body as { readonly kind?: string; readonly session?: string; readonly body?: unknown };
	const packed = body.body instanceof Uint8Array ? body.body : null;
	return {
		from: content.from,
		kind: (packed === null ? body.kind : kindOfPacked(packed)) ?? 'unknown',
		session: body.session ?? '',
		text: JSON.stringify(
			packed === null ? body : { ...body, body: Buffer.from(packed).toString('base64url') },
		),
	};
}

/** The envelopes in the answer to a poll; none where it is another answer. */
export function polledEnvelopes(answer: Uint8Array): readonly Uint8Array[] {
	const decoded = decodeCbor(answer);
	if (!decoded.ok) return [];
	const { messages = [] } = decoded.value as {
		readonly messages?: readonly { readonly envelope: Uint8Array }[];
	};
	return messages.map(({ envelope }) => envelope);
}
