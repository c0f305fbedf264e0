// Reads a unit as a source writes it, for the readers of files: what stands for a plain number becomes UCUM's `1`.

/** UCUM annotations and what programs write where a number has no unit; DICOM's own is `{no units}`. */
const plainNumber: ReadonlySet<string> = new Set(['', '{no units}', '[no_units]', '{ratio}']);

/** The UCUM code; a unit that is none stays as it is, and converts to nothing. */
export function ucumOf(localUnit: string): string {
	const code = localUnit.trim();
	return plainNumber.has(code) ? '1' : code;
}
