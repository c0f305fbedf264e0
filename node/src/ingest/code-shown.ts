// Says how a report names a code of a source: free text in a coded place might be about a patient, and is not shown.

const codeLike = /^[\p{L}\p{N}_.:/|+%()-]{1,48}$/u;

/** The name itself where it looks like a code. */
export function codeShown(name: string): string {
	return codeLike.test(name) ? name : '(not a code)';
}
