// Tells which message some packed bytes are, before anything else of them is read.

import type { CollectorBody, MemberBody } from './messages.ts';

type Kind = (MemberBody | CollectorBody)['kind'];

/** The first element of each message; at most 23, so that it takes one byte (RFC 8949). */
export const kindNumbers: KindNumbers = {
	advertise: 0,
	shares: 1,
	'masked-input': 2,
	consistency: 3,
	unmask: 4,
	adverts: 16,
	deliver: 17,
	inputs: 18,
	signatures: 19,
};

interface KindNumbers extends Readonly<Record<Kind, number>> {
	readonly advertise: 0;
	readonly shares: 1;
	readonly 'masked-input': 2;
	readonly consistency: 3;
	readonly unmask: 4;
	readonly adverts: 16;
	readonly deliver: 17;
	readonly inputs: 18;
	readonly signatures: 19;
}

const kinds: ReadonlyMap<number, string> = new Map(
	Object.entries(kindNumbers).map(([kind, number]) => [number, kind]),
);
const arrayType = 4;
/** Behind this one the number of elements has a byte of its own. */
const longArray = 24;

/** One of `kindNumbers`; null where it is none. Whether the rest fits, only unpacking tells. */
export function kindOfPacked(bytes: Uint8Array): string | null {
	const [head = 0, second, third] = bytes;
	if (head >> 5 !== arrayType) return null;
	const number = (head & 0x1f) === longArray ? third : second;
	return kinds.get(number ?? -1) ?? null;
}
