import { describe, expect, it } from 'vitest';
import { contigLengths, gliomaGenes } from './glioma-genes.ts';
import { hotspots } from './hotspot-variants.ts';
import { variantSites } from './variant-sites.ts';

const sites = variantSites(1);
const hotspotAt = (contig: string, position: number, ref: string, alt: string): string | undefined =>
	hotspots.find((h) => h.contig === contig && h.position === position && h.ref === ref && h.alt === alt)
		?.gene;

describe('the hotspots', () => {
	it.each([
		['2', 208248388, 'C', 'T', 'IDH1'],
		['2', 208248389, 'G', 'A', 'IDH1'],
		['5', 1295113, 'G', 'A', 'TERT'],
		['5', 1295135, 'G', 'A', 'TERT'],
		['17', 7675088, 'C', 'T', 'TP53'],
		['17', 7673802, 'C', 'T', 'TP53'],
		['17', 7674220, 'C', 'T', 'TP53'],
		['7', 55191822, 'T', 'G', 'EGFR'],
		['10', 87933147, 'C', 'T', 'PTEN'],
	] as const)('hold %s:%i %s>%s of %s', (contig, position, ref, alt, gene) => {
		expect(hotspotAt(contig, position, ref, alt)).toBe(gene);
	});

	it('lie within their genes, the promoter of TERT excepted', () => {
		for (const { gene, contig, position } of hotspots.filter(({ gene }) => gene !== 'TERT')) {
			const span = gliomaGenes.find(({ symbol }) => symbol === gene);
			expect([gene, span?.contig]).toEqual([gene, contig]);
			expect(position).toBeGreaterThanOrEqual(span?.start ?? Infinity);
			expect(position).toBeLessThanOrEqual(span?.end ?? 0);
		}
	});
});

describe('variantSites', () => {
	it('are some hundred, ordered by contig and position, with no position twice', () => {
		const order = contigLengths.map(([contig]) => contig);
		const keys = sites.map(({ contig, position }) => order.indexOf(contig) * 1e9 + position);
		expect(sites.length).toBeGreaterThan(300);
		expect(keys).toEqual([...keys].sort((a, b) => a - b));
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('joins hotspots of one position and reference into one multi-allelic record', () => {
		const site = sites.find(({ position }) => position === 208248388);
		expect(site?.alleles.map(({ alt }) => alt)).toEqual(['T', 'A']);
	});

	it('has no allele equal to its reference or given twice', () => {
		for (const { ref, alleles } of sites) {
			const alts = alleles.map(({ alt }) => alt);
			expect(alts).not.toContain(ref);
			expect(new Set(alts).size).toBe(alts.length);
		}
	});
});
