// What a process appended to its log lately, so that whoever keeps the log's growth elsewhere need not read it again.

import type { CompactRange } from '../merkle/compact-range.ts';
import { type LogGrowth, type LoggedEntry, rootText } from './logged-entries.ts';

export interface RecentEntries {
	/** An entry that was written, with the log's leaves before it and after. */
	readonly note: (entry: LoggedEntry, before: CompactRange, after: CompactRange) => void;
	/** From one size of the log to a later one; null where anything between is not remembered. */
	readonly growth: (from: number, to: number) => LogGrowth | null;
}

/** Between two looks a question leaves three. */
const mostRemembered = 32;

interface Noted {
	readonly entry: LoggedEntry;
	readonly before: CompactRange;
	readonly after: CompactRange;
}

export function recentEntries(): RecentEntries {
	let noted: readonly Noted[] = [];
	return {
		note: (entry, before, after) => {
			// Unless it follows on the very end that was left: others may have written, or the log have gone back.
			const isNext = noted.at(-1)?.after === before;
			noted = [...(isNext ? noted.slice(1 - mostRemembered) : []), { entry, before, after }];
		},
		growth: (from, to) => {
			const between = noted.filter(({ entry }) => entry.index >= from && entry.index < to);
			const [first, last] = [between[0], between.at(-1)];
			if (first === undefined || last === undefined || between.length !== to - from) return null;
			const [rootBefore, root] = [rootText(first.before), rootText(last.after)];
			return { rootBefore, root, entries: between.map(({ entry }) => entry) };
		},
	};
}
