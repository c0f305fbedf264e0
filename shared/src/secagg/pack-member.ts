// The binary form of a member's messages: the same length for the same plan and roster, whatever it says of whom.

import { z } from 'zod';
import { type CborValue, decodeCbor, encodeCbor } from '../envelope/cbor.ts';
import { err, ok, type Result, unreachable } from '../result.ts';
import { toBytes, toText } from './member-share-keys.ts';
import {
	boxLength,
	type MemberBody,
	type ShareKeys,
	type ShownShare,
	shareLength,
	type Unmask,
} from './messages.ts';
import { oncePerRoster } from './once-per-roster.ts';
import { kindNumbers } from './packed-kind.ts';
import { fillSlots, readSlots } from './slots.ts';

const { advertise, shares, 'masked-input': maskedInput, consistency, unmask } = kindNumbers;
/** Marks of a slot in round 4: one slot a hospital, so that both secrets of one cannot be said at all. */
const [selfMask, maskKey] = [1, 2] as const;

/** `roster`: every hospital of the session, ascending. `hospital`: who says it, which the envelope carries. */
export interface Sender {
	readonly hospital: string;
	readonly roster: readonly string[];
}

/** Errors: throws where the message names a hospital outside the roster. */
export function packMemberBody(body: MemberBody, roster: readonly string[]): Uint8Array {
	return encodeCbor(packedValue(body, roster));
}

/** Accepts exactly what `packMemberBody` writes for this roster. */
export function unpackMemberBody(bytes: Uint8Array, sender: Sender): Result<MemberBody, 'malformed-message'> {
	const decoded = decodeCbor(bytes);
	const parsed = packed(sender.roster.length).safeParse(decoded.ok ? decoded.value : null);
	const body = parsed.success ? bodyOf(parsed.data, sender) : null;
	return body === null ? err('malformed-message') : ok(body);
}

export function placeIn(roster: readonly string[], hospital: string): number {
	const place = roster.indexOf(hospital);
	if (place < 0) throw new Error('secure aggregation: a hospital outside the roster');
	return place;
}

function packedValue(body: MemberBody, roster: readonly string[]): CborValue {
	const signature = toBytes(body.signature);
	switch (body.kind) {
		case 'advertise': {
			const { epoch, channelKey, maskKey: key, commitment } = body;
			return [advertise, epoch, toBytes(channelKey), toBytes(key), toBytes(commitment), signature];
		}
		case 'shares':
			return [shares, ...sharesSlots(body, roster), signature];
		case 'masked-input':
			return [maskedInput, toBytes(body.shares), toBytes(body.commitment), signature];
		case 'consistency':
			return [consistency, signature];
		case 'unmask':
			return [unmask, ...unmaskSlots(body, roster), signature];
		default:
			return unreachable(body);
	}
}

function sharesSlots({ sealed }: ShareKeys, roster: readonly string[]): readonly Uint8Array[] {
	const filled = sealed.map(
		({ to, box }) => [placeIn(roster, to), { mark: 1, bytes: toBytes(box) }] as const,
	);
	const { marks, slots } = fillSlots(roster.length, boxLength, new Map(filled));
	return [marks, slots];
}

function unmaskSlots({ selfMasks, maskKeys }: Unmask, roster: readonly string[]): readonly Uint8Array[] {
	const marked = (shown: readonly ShownShare[], mark: number) =>
		shown.map(({ of, share }) => [placeIn(roster, of), { mark, bytes: toBytes(share) }] as const);
	const filled = new Map([...marked(selfMasks, selfMask), ...marked(maskKeys, maskKey)]);
	if (filled.size !== selfMasks.length + maskKeys.length) {
		throw new Error('secure aggregation: both secrets of one hospital');
	}
	const { marks, slots } = fillSlots(roster.length, shareLength, filled);
	return [marks, slots];
}

const exactly = (length: number): z.ZodType<Uint8Array> =>
	z.instanceof(Uint8Array).refine((bytes) => bytes.length === length);

type Packed = z.infer<ReturnType<typeof packedOf>>;

const packed = oncePerRoster(packedOf);

function packedOf(places: number) {
	const slots = (length: number): readonly [z.ZodType<Uint8Array>, z.ZodType<Uint8Array>] => [
		exactly(places),
		exactly(places * length),
	];
	const [key, signature] = [exactly(32), exactly(64)];
	return z.union([
		z.tuple([z.literal(advertise), z.string(), key, key, key, signature]),
		z.tuple([z.literal(shares), ...slots(boxLength), signature]),
		z.tuple([z.literal(maskedInput), z.instanceof(Uint8Array), key, signature]),
		z.tuple([z.literal(consistency), signature]),
		z.tuple([z.literal(unmask), ...slots(shareLength), signature]),
	]);
}

function bodyOf(value: Packed, sender: Sender): MemberBody | null {
	const { hospital } = sender;
	const signature = toText(value.at(-1) as Uint8Array);
	switch (value[0]) {
		case advertise: {
			const [, epoch, channelKey, key, commitment] = value;
			const texts = { channelKey: toText(channelKey), maskKey: toText(key), commitment: toText(commitment) };
			return { kind: 'advertise', hospital, epoch, ...texts, signature };
		}
		case shares:
			return sharesOf(value, sender);
		case maskedInput: {
			const [, vector, commitment] = value;
			const texts = { shares: toText(vector), commitment: toText(commitment) };
			return { kind: 'masked-input', hospital, ...texts, signature };
		}
		case consistency:
			return { kind: 'consistency', hospital, signature };
		case unmask:
			return unmaskOf(value, sender);
		default:
			return unreachable(value);
	}
}

type PackedShares = Extract<Packed, readonly [typeof shares, ...unknown[]]>;
type PackedUnmask = Extract<Packed, readonly [typeof unmask, ...unknown[]]>;

function sharesOf([, marks, slots, signature]: PackedShares, { hospital, roster }: Sender): ShareKeys | null {
	const filled = readSlots({ marks, slots }, boxLength, 1);
	if (filled === null) return null;
	const sealed = [...filled].map(([place, { bytes }]) => ({ to: roster[place] ?? '', box: toText(bytes) }));
	return { kind: 'shares', hospital, sealed, signature: toText(signature) };
}

function unmaskOf([, marks, slots, signature]: PackedUnmask, { hospital, roster }: Sender): Unmask | null {
	const filled = readSlots({ marks, slots }, shareLength, maskKey);
	if (filled === null) return null;
	const marked = (wanted: number): readonly ShownShare[] =>
		[...filled].flatMap(([place, { mark, bytes }]) =>
			mark === wanted ? [{ of: roster[place] ?? '', share: toText(bytes) }] : [],
		);
	const shown = { selfMasks: marked(selfMask), maskKeys: marked(maskKey) };
	return { kind: 'unmask', hospital, ...shown, signature: toText(signature) };
}
