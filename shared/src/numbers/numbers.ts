// The five types of a number on its way out of a hospital. Each is opaque: no arithmetic, no JSON, no mixing.
// The function that makes one from the one before lives in the file named after the type made.

declare const stage: unique symbol;

/** A true count, straight from the index. It never leaves the node and has no wire encoding. */
export type RawCount = { readonly [stage]: 'raw' };
/** Noised, or admitted to an exact release. */
export type SafeCount = { readonly [stage]: 'safe' };
/** One hospital's vector under the masks of secure aggregation: uniform modulo 2^64 or 2^128 to all but the sum. */
export type MaskedShare = { readonly [stage]: 'masked' };
/** The network's sum, opened at the coordinator. */
export type MergedCount = { readonly [stage]: 'merged' };
/** What a researcher may see. */
export type ReleasedCount = { readonly [stage]: 'released' };
