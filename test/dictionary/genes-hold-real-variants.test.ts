// The dictionary's GRCh37 regions hold the somatic variants that a real study places in those genes.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { loadDefaultDictionary } from '@cordon/policies';
import { dictionaryLookup } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { outsideData } from '../outside-data.ts';

const file = outsideData('data/laml/tcga_laml.maf.gz');
/** Variants up to this far outside are called upstream, downstream or in a longer transcript. */
const flank = 5_000;

describe.skipIf(file === null)('the default dictionary beside TCGA-LAML', () => {
	it('holds the place of every variant of a gene that it names', () => {
		const { genes } = dictionaryLookup(loadDefaultDictionary());
		const [header, ...rows] = gunzipSync(readFileSync(file ?? ''))
			.toString('utf8')
			.trim()
			.split('\n');
		const columns = (header ?? '').split('\t');
		const at = ['Hugo_Symbol', 'Chromosome', 'Start_Position'].map((name) => columns.indexOf(name));
		let compared = 0;
		for (const row of rows) {
			const [symbol = '', contig, start] = at.map((column) => row.split('\t')[column] ?? '');
			const regions = (genes.get(symbol)?.regions ?? []).filter(({ assembly }) => assembly === 'GRCh37');
			if (regions.length === 0) continue;
			compared += 1;
			const position = Number(start);
			const holds = regions.some(
				(r) => r.contig === contig && r.start - flank <= position && position <= r.end + flank,
			);
			expect(holds, `${symbol} ${contig}:${position}`).toBe(true);
		}
		expect(compared).toBeGreaterThan(200);
	});
});
