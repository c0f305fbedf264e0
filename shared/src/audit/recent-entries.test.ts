import { describe, expect, it } from 'vitest';
import { type CompactRange, compactRange, growRange } from '../merkle/compact-range.ts';
import { leafHash } from '../merkle/merkle-tree.ts';
import { type LoggedEntry, rootOfEntries } from './logged-entries.ts';
import { type RecentEntries, recentEntries } from './recent-entries.ts';

const entryOf = (index: number, leaf = `leaf ${index}`): LoggedEntry => ({
	index,
	key: `${index}`,
	leaf,
	body: null,
	sealedKey: null,
});

/** Notes entries from the end of a log on, and returns where it then ends. */
function append(recent: RecentEntries, from: CompactRange, entries: readonly LoggedEntry[]): CompactRange {
	return entries.reduce((before, entry) => {
		const after = growRange(before, leafHash(Buffer.from(entry.leaf))).range;
		recent.note(entry, before, after);
		return after;
	}, from);
}

const all = Array.from({ length: 40 }, (_, index) => entryOf(index));
const empty = compactRange(0, []);

describe('recentEntries', () => {
	it('gives what was appended between any two sizes, with the roots of both', () => {
		const recent = recentEntries();
		append(recent, empty, all.slice(0, 9));
		for (let from = 0; from < 9; from += 1) {
			for (let to = from + 1; to <= 9; to += 1) {
				expect(recent.growth(from, to)).toEqual({
					rootBefore: rootOfEntries(all.slice(0, from)),
					root: rootOfEntries(all.slice(0, to)),
					entries: all.slice(from, to),
				});
			}
		}
	});

	it.each([
		['nothing', 3, 3],
		['less than nothing', 4, 3],
		['more than was appended', 3, 10],
		['what was before it began', 0, 5],
	])('gives null for %s', (_what, from, to) => {
		const recent = recentEntries();
		const begin = append(recentEntries(), empty, all.slice(0, 2));
		append(recent, begin, all.slice(2, 9));
		expect(recent.growth(from, to)).toBeNull();
	});

	it('remembers only so many', () => {
		const recent = recentEntries();
		append(recent, empty, all);
		expect(recent.growth(7, 40)).toBeNull();
		expect(recent.growth(8, 40)?.entries).toEqual(all.slice(8));
	});

	it('forgets what another end was left at, though it be of the same size', () => {
		const recent = recentEntries();
		append(recent, empty, all.slice(0, 4));
		const other = append(
			recentEntries(),
			empty,
			[0, 1, 2, 3].map((at) => entryOf(at, `other ${at}`)),
		);
		append(recent, other, all.slice(4, 6));
		expect(recent.growth(3, 6)).toBeNull();
		expect(recent.growth(4, 6)?.entries).toEqual(all.slice(4, 6));
	});
});
