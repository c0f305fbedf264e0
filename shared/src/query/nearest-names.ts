// Guesses which valid names a person meant, so that a misspelt question or mapping can be put right at once.

const longestCompared = 64;

/**
 * The valid names nearest to what was typed, best first.
 *
 * Shape   at most `limit` names; none where nothing is near.
 * Units   Levenshtein distance over lower-case letters and digits; near is at most a third of the length
 *         (and 2 at least), or one text within the other from 3 characters on.
 * Errors  none.
 */
export function nearestNames(typed: string, names: Iterable<string>, limit = 3): readonly string[] {
	const wanted = plain(typed);
	if (wanted === '') return [];
	const reach = Math.max(2, Math.floor(wanted.length / 3));
	const near: { readonly name: string; readonly distance: number }[] = [];
	for (const name of names) {
		const candidate = plain(name);
		const edits = editDistance(wanted, candidate, reach);
		const distance = contains(wanted, candidate) ? Math.min(edits, reach) : edits;
		// A name that shares nothing with what was typed is no guess, however short both are.
		if (distance <= reach && distance < Math.max(wanted.length, candidate.length))
			near.push({ name, distance });
	}
	near.sort((a, b) => a.distance - b.distance || compareText(a.name, b.name));
	return near.slice(0, limit).map(({ name }) => name);
}

/** Orders text by UTF-16 code units, the same on every machine and locale. */
export function compareText(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}

function plain(text: string): string {
	return text
		.slice(0, longestCompared)
		.toLowerCase()
		.replaceAll(/[^a-z0-9]/g, '');
}

function contains(a: string, b: string): boolean {
	return a.length >= 3 && b.length >= 3 && (a.includes(b) || b.includes(a)) && a !== b;
}

/** Levenshtein distance, or `reach + 1` as soon as it must exceed `reach`. */
function editDistance(a: string, b: string, reach: number): number {
	if (Math.abs(a.length - b.length) > reach) return reach + 1;
	let row = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let i = 1; i <= a.length; i += 1) {
		const next = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
		}
		if (Math.min(...next) > reach) return reach + 1;
		row = next;
	}
	return row[b.length] ?? reach + 1;
}
