// The binary form of the collector's messages; hospitals are named by their places in the roster.

import { z } from 'zod';
import { type CborValue, decodeCbor, encodeCbor } from '../envelope/cbor.ts';
import { err, ok, type Result, unreachable } from '../result.ts';
import { toBytes, toText } from './member-share-keys.ts';
import type { CollectorBody } from './messages.ts';
import { oncePerRoster } from './once-per-roster.ts';
import { placeIn } from './pack-member.ts';
import { kindNumbers } from './packed-kind.ts';

const { adverts, deliver, inputs, signatures } = kindNumbers;

/** Errors: throws where the message names a hospital outside the roster. */
export function packCollectorBody(body: CollectorBody, roster: readonly string[]): Uint8Array {
	return encodeCbor(packedValue(body, (hospital) => placeIn(roster, hospital)));
}

/** Accepts exactly what `packCollectorBody` writes for this roster; in which order and how often decides the member. */
export function unpackCollectorBody(
	bytes: Uint8Array,
	roster: readonly string[],
): Result<CollectorBody, 'malformed-message'> {
	const decoded = decodeCbor(bytes);
	const parsed = packed(roster.length).safeParse(decoded.ok ? decoded.value : null);
	if (!parsed.success) return err('malformed-message');
	return ok(bodyOf(parsed.data, (place) => roster[place] ?? ''));
}

function packedValue(body: CollectorBody, placeOf: (hospital: string) => number): CborValue {
	switch (body.kind) {
		case 'adverts':
			return [
				adverts,
				...body.adverts.map(({ hospital, epoch, ...rest }) => [
					placeOf(hospital),
					epoch,
					...[rest.channelKey, rest.maskKey, rest.commitment, rest.signature].map(toBytes),
				]),
			];
		case 'deliver':
			return [deliver, ...body.sealed.map(({ from, box }) => [placeOf(from), toBytes(box)])];
		case 'inputs':
			return [
				inputs,
				...body.inputs.map(({ hospital, hash, commitment, signature }) => [
					placeOf(hospital),
					...[hash, commitment, signature].map(toBytes),
				]),
			];
		case 'signatures':
			return [
				signatures,
				...body.signatures.map(({ hospital, signature }) => [placeOf(hospital), toBytes(signature)]),
			];
		default:
			return unreachable(body);
	}
}

/** Lengths are checked again where they mean something, by the schema that every message passes. */
const bytes = z.instanceof(Uint8Array);

type Packed = z.infer<ReturnType<typeof packedOf>>;

const packed = oncePerRoster(packedOf);

function packedOf(places: number) {
	const place = z
		.int()
		.nonnegative()
		.max(places - 1);
	return z.union([
		z.tuple([z.literal(adverts)], z.tuple([place, z.string(), bytes, bytes, bytes, bytes])),
		z.tuple([z.literal(deliver)], z.tuple([place, bytes])),
		z.tuple([z.literal(inputs)], z.tuple([place, bytes, bytes, bytes])),
		z.tuple([z.literal(signatures)], z.tuple([place, bytes])),
	]);
}

function bodyOf(value: Packed, nameOf: (place: number) => string): CollectorBody {
	switch (value[0]) {
		case adverts: {
			const [, ...listed] = value;
			const read = listed.map(([place, epoch, channelKey, maskKey, commitment, signature]) => ({
				kind: 'advertise' as const,
				hospital: nameOf(place),
				epoch,
				channelKey: toText(channelKey),
				maskKey: toText(maskKey),
				commitment: toText(commitment),
				signature: toText(signature),
			}));
			return { kind: 'adverts', adverts: read };
		}
		case deliver: {
			const [, ...listed] = value;
			const sealed = listed.map(([place, box]) => ({ from: nameOf(place), box: toText(box) }));
			return { kind: 'deliver', sealed };
		}
		case inputs: {
			const [, ...listed] = value;
			const read = listed.map(([place, hash, commitment, signature]) => ({
				hospital: nameOf(place),
				hash: toText(hash),
				commitment: toText(commitment),
				signature: toText(signature),
			}));
			return { kind: 'inputs', inputs: read };
		}
		case signatures: {
			const [, ...listed] = value;
			const read = listed.map(([place, signature]) => ({
				hospital: nameOf(place),
				signature: toText(signature),
			}));
			return { kind: 'signatures', signatures: read };
		}
		default:
			return unreachable(value);
	}
}
