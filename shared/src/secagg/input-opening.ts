// What a hospital commits to when it answers, and what opens that commitment for its own auditor and nobody else.

import type { ValueBits } from '../numbers/value-sum.ts';
import { toBytes, toText } from './member-share-keys.ts';
import { secaggHash } from './terms.ts';

/** Kept where the patients are and nowhere else: `counts` are true ones. All texts but `hospital` are base64url. */
export interface InputOpening {
	/** What the masks were salted with; it follows from the question, the roster and the epochs. */
	readonly sid: string;
	readonly hospital: string;
	/** 32 bytes. Without it the commitment to a few small numbers would be as good as the numbers. */
	readonly salt: string;
	/** x_i, see `bytesOfRawCounts`. */
	readonly counts: string;
	readonly valueBits: ValueBits;
}

/**
 * Of x_i alone: its noise share is kept by nobody, since with it and a release the rest of the noise could be narrowed
 * down. See docs/adr/0029-inputs-that-can-be-opened.md for what an opening shows and what it does not.
 *
 * Shape   32 bytes, base64url.
 */
export function inputCommitment({ sid, hospital, salt, counts }: InputOpening): string {
	return toText(secaggHash('input', toBytes(sid), hospital, toBytes(salt), toBytes(counts)));
}
