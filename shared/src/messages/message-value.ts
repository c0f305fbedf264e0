// What an envelope carries of a message: the message itself, with the packed body of a round as bytes.

import type { CborValue } from '../envelope/cbor.ts';
import type { ToCoordinator, ToNode } from './messages.ts';

export function messageValue(message: ToNode | ToCoordinator): CborValue {
	// Text, whole numbers and null by construction; its numbers are sizes, masked shares or safe counts.
	const value = { ...message } as Readonly<Record<string, CborValue>>;
	return message.kind === 'secagg' ? { ...value, body: Buffer.from(message.body, 'base64url') } : value;
}
