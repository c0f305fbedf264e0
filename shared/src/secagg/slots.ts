// Places of a roster as bytes of a fixed length: what a message holds of each hospital, and zeros where it holds none.

/** What a slot holds; 0 is nothing. */
export interface Slot {
	readonly mark: number;
	readonly bytes: Uint8Array;
}

export interface Slots {
	readonly marks: Uint8Array;
	/** As many times `length` bytes as there are marks. */
	readonly slots: Uint8Array;
}

/** One slot a hospital, so that no message tells by its length who was left out. */
export function fillSlots(places: number, length: number, filled: ReadonlyMap<number, Slot>): Slots {
	const marks = new Uint8Array(places);
	const slots = new Uint8Array(places * length);
	for (const [place, { mark, bytes }] of filled) {
		if (place < 0 || place >= places || bytes.length !== length || mark === 0) {
			throw new Error('secure aggregation: what does not fit its slot');
		}
		marks[place] = mark;
		slots.set(bytes, place * length);
	}
	return { marks, slots };
}

/** null where a mark is above `highest`, or an empty slot is not all zeros: a second spelling of the same message. */
export function readSlots(
	{ marks, slots }: Slots,
	length: number,
	highest: number,
): ReadonlyMap<number, Slot> | null {
	const filled = new Map<number, Slot>();
	for (const [place, mark] of marks.entries()) {
		const bytes = slots.subarray(place * length, (place + 1) * length);
		if (mark > highest || (mark === 0 && bytes.some((byte) => byte !== 0))) return null;
		if (mark !== 0) filled.set(place, { mark, bytes });
	}
	return filled;
}
