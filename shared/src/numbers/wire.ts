// What may be written to a wire, a log or a response: JSON values, and by its type no count of any stage.

export type Wire = null | boolean | number | string | readonly Wire[] | WireRecord;

/** `never` under symbol keys is what keeps the opaque counts out: each carries one symbol key and nothing else. */
export type WireRecord = { readonly [key: string]: Wire; readonly [key: symbol]: never };

/** Errors  throws on a number that JSON cannot say (NaN, infinities), which would silently become null. */
export function encodeWire(value: Wire): string {
	return JSON.stringify(value, refuseUnsayable);
}

function refuseUnsayable(_key: string, value: unknown): unknown {
	if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('a number that JSON cannot say');
	return value;
}
