// Who was counted in which cell of an exact answer, as few bytes; and how two such answers overlap.

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Overlap } from '@cordon/shared';

/** The cell of each patient in the cohort, by the patient's lasting number (1, 2, ...). */
export type CellOfPatient = ReadonlyMap<number, number>;

/** As many patients as one hospital may ever have answered exactly about; a bound on what is inflated. */
const mostPatients = 16_777_216;

export function packCells(cells: CellOfPatient): string {
	const numbers = [...cells.keys()];
	const places = new Uint16Array(numbers.reduce((most, number) => Math.max(most, number), 0));
	for (const [number, cell] of cells) places[number - 1] = cell + 1;
	return deflateRawSync(Buffer.from(places.buffer)).toString('base64');
}

/** Errors  throws on what `packCells` did not write: with half a patient set nothing can be compared. */
export function unpackCells(packed: string): Uint16Array {
	const bytes = inflateRawSync(Buffer.from(packed, 'base64'), { maxOutputLength: 2 * mostPatients });
	if (bytes.length % 2 !== 0) throw new Error('a patient set was cut short');
	return new Uint16Array(Uint8Array.from(bytes).buffer);
}

/** Shape   as `Overlap`: one size a cell, and one row an earlier cell. Units   patients of this hospital. */
export function overlapOf(
	{ cells, size }: { readonly cells: CellOfPatient; readonly size: number },
	earlier: { readonly places: Uint16Array; readonly size: number },
): Overlap {
	const sizes = new Array<number>(size).fill(0);
	const earlierSizes = new Array<number>(earlier.size).fill(0);
	const shared = earlierSizes.map(() => new Array<number>(size).fill(0));
	for (const place of earlier.places) if (place > 0) increase(earlierSizes, place - 1);
	for (const [number, cell] of cells) {
		increase(sizes, cell);
		const place = earlier.places[number - 1] ?? 0;
		if (place > 0) increase(shared[place - 1], cell);
	}
	return { sizes, earlierSizes, shared };
}

function increase(counts: number[] | undefined, at: number): void {
	const count = counts?.[at];
	if (counts === undefined || count === undefined)
		throw new Error('a patient is in a cell that there is not');
	counts[at] = count + 1;
}
