// Reads and writes the one binary form of what coordinator and hospitals say to each other: deterministic CBOR.

import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { err, ok, type Result } from '../result.ts';

/** What may be written: as `Wire`, with byte strings; no opaque count fits the record's symbol keys. */
export type CborValue =
	| null
	| boolean
	| number
	| string
	| Uint8Array
	| readonly CborValue[]
	| { readonly [key: string]: CborValue; readonly [key: symbol]: never };

/** Source  RFC 8949 section 4.2.1, core deterministic encoding. */
export function encodeCbor(value: CborValue): Uint8Array {
	return encode(value, rfc8949EncodeOptions);
}

/**
 * Accepts exactly what `encodeCbor` writes: a second spelling of the same value (a longer length, another order of
 * keys, a key twice, an open end) would be a second message with the same meaning, and so would bytes behind it.
 *
 * Errors  `malformed` for everything else, whatever it is; the bytes are of the caller's bounded size.
 */
export function decodeCbor(bytes: Uint8Array): Result<unknown, 'malformed'> {
	try {
		const value: unknown = decode(bytes, {
			strict: true,
			allowIndefinite: false,
			allowUndefined: false,
			allowInfinity: false,
			allowNaN: false,
			allowBigInt: false,
			rejectDuplicateMapKeys: true,
		});
		// The decoder lets some second spellings pass; none of them is written again as it came.
		return Buffer.compare(encode(value, rfc8949EncodeOptions), bytes) === 0 ? ok(value) : err('malformed');
	} catch {
		return err('malformed');
	}
}
