// Which statements a connection lets its server keep prepared: those that come again and again. A statement that is
// not prepared takes two round trips, one to learn its parameters' types; a prepared one takes one, and is not planned
// again once its plan for any parameters has shown to be as good.

/** A cohort's SQL is as its question was: whoever kept each would fill the server's memory. */
const mostPrepared = 200;
const mostRemembered = 1_000;
const longestText = 4_000;
const firstPreparedUse = 2;

/** `isRepeated` says whether this use of the text is one of those that pay; it counts the uses itself. */
export function createRepeatedTexts(): { readonly isRepeated: (text: string) => boolean } {
	const prepared = new Set<string>();
	const uses = new Map<string, number>();
	return {
		isRepeated: (text) => {
			if (prepared.has(text)) return true;
			if (text.length > longestText || prepared.size >= mostPrepared) return false;
			const use = (uses.get(text) ?? 0) + 1;
			if (use >= firstPreparedUse) {
				uses.delete(text);
				prepared.add(text);
				return true;
			}
			if (uses.size >= mostRemembered) uses.clear();
			uses.set(text, use);
			return false;
		},
	};
}
