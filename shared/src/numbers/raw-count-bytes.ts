// The bytes of true counts, which a hospital commits to and keeps for its own auditor. They are no wire form.

import type { RawCount } from './numbers.ts';
import { bytesOfValues, centredValues, type ValueBits } from './value-sum.ts';

/**
 * Shape   8 or 16 bytes little-endian a count, as in a masked vector: one length for a plan, whatever was counted.
 * Units   distinct patients of this hospital. Whoever holds the bytes holds the counts.
 */
export function bytesOfRawCounts(counts: readonly RawCount[], valueBits: ValueBits): Uint8Array {
	return bytesOfValues(counts as unknown as readonly bigint[], valueBits);
}

/** For the hospital's own people at its own machine. Errors: throws where the bytes are no whole vector. */
export function readRawBytes(bytes: Uint8Array, valueBits: ValueBits): readonly bigint[] {
	if (bytes.length % (valueBits / 8) !== 0) throw new Error('bytes that are no whole counts');
	return centredValues(new BigUint64Array(new Uint8Array(bytes).buffer), valueBits);
}
