// Which genes lie at a place: edges, overlaps, several regions, other assemblies and contigs.

import { describe, expect, it } from 'vitest';
import type { Dictionary } from './dictionary.ts';
import { genesAt } from './genes-at.ts';
import { sampleDictionary } from './sample-dictionary.ts';

const on = (contig: string, start: number, end: number) => ({ assembly: 'GRCh38', contig, start, end });
const dictionary: Dictionary = {
	...sampleDictionary,
	genes: [
		{ symbol: 'OUTER', regions: [on('1', 100, 300)] },
		{ symbol: 'INNER', regions: [on('1', 150, 160), on('1', 155, 170)] },
		{ symbol: 'OTHER', regions: [on('2', 100, 300), { ...on('1', 100, 300), assembly: 'GRCh37' }] },
		{ symbol: 'NOWHERE', regions: [] },
	],
};

describe('genesAt', () => {
	it.each<[string, number, number, readonly string[]]>([
		['1', 99, 99, []],
		['1', 100, 100, ['OUTER']],
		['1', 99, 100, ['OUTER']],
		['1', 157, 157, ['INNER', 'OUTER']],
		['1', 170, 171, ['INNER', 'OUTER']],
		['1', 300, 310, ['OUTER']],
		['1', 301, 310, []],
		['1', 1, 1_000, ['INNER', 'OUTER']],
		['2', 157, 157, ['OTHER']],
		['3', 157, 157, []],
	])('finds on contig %s from %d to %d %j', (contig, start, end, expected) => {
		expect(genesAt(dictionary, on(contig, start, end))).toEqual(expected);
	});

	it('looks on the assembly that is named, and no other', () => {
		expect(genesAt(dictionary, { ...on('1', 157, 157), assembly: 'GRCh37' })).toEqual(['OTHER']);
		expect(genesAt(dictionary, { ...on('1', 157, 157), assembly: 'toString' })).toEqual([]);
	});
});
