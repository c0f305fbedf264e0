// Draws the calls of one tumour genome: its drivers, its passengers and the sites that the laboratory could not call.

import type { Call } from './patient.ts';
import type { SeededStream, Weighted } from './seeded-stream.ts';
import type { Diagnosis, Tumour } from './tumour.ts';
import type { VariantSite } from './variant-sites.ts';

/** Share of all site and sample pairs without a call. */
const missingShare = 0.008;

type Shares = Readonly<Record<string, number>>;

/** How often a gene is altered, by diagnosis. IDH1 and EGFR are not here: the tumour itself says. */
const drivers: Readonly<Record<Diagnosis, Shares>> = {
	glioblastoma: {
		TERT: 0.7,
		PTEN: 0.31,
		TP53: 0.28,
		NF1: 0.11,
		RB1: 0.09,
		PIK3CA: 0.09,
		CDKN2A: 0.05,
		PDGFRA: 0.02,
		BRAF: 0.02,
		'H3-3A': 0.02,
		ATRX: 0.03,
	},
	astrocytoma: { TP53: 0.75, ATRX: 0.66, IDH2: 0.04, CIC: 0.12, PIK3CA: 0.08, FUBP1: 0.07, TERT: 0.12 },
	meningioma: { PIK3CA: 0.05, TERT: 0.04 },
	metastasis: { TP53: 0.55, PIK3CA: 0.1, RB1: 0.08, CDKN2A: 0.06, BRAF: 0.06 },
};

/** A site and the number of one of its alternate alleles (1 the first). */
type Driver = readonly [site: number, allele: number];

/** Draws a genome over the sites of a hospital's test; sites of genes outside `covers` are never called. */
export function genomeDrawer(
	sites: readonly VariantSite[],
	covers: 'all' | readonly string[],
): (tumour: Tumour, stream: SeededStream) => ReadonlyMap<number, Call> {
	const covered = [...sites.keys()].filter((index) => isCovered(sites[index], covers));
	const byGene = driversByGene(sites);
	return (tumour, stream) => {
		const calls = new Map<number, Call>();
		for (const index of covered) {
			const call = passengerCall(sites[index], stream);
			if (call !== null) calls.set(index, call);
		}
		for (const gene of alteredGenes(tumour, stream)) {
			const choices = byGene.get(gene);
			if (choices === undefined || (covers !== 'all' && !covers.includes(gene))) continue;
			const [site, allele] = stream.pick(choices);
			calls.set(site, stream.chance(0.04) ? [allele, allele] : [0, allele]);
		}
		for (const index of covered) if (stream.chance(missingShare)) calls.set(index, 'missing');
		return calls;
	};
}

function isCovered(site: VariantSite | undefined, covers: 'all' | readonly string[]): boolean {
	return site !== undefined && (covers === 'all' || covers.includes(site.gene));
}

function driversByGene(sites: readonly VariantSite[]): ReadonlyMap<string, readonly Weighted<Driver>[]> {
	const byGene = new Map<string, Weighted<Driver>[]>();
	for (const [index, site] of sites.entries()) {
		for (const [allele, { driver }] of site.alleles.entries()) {
			if (driver === 0) continue;
			byGene.set(site.gene, [...(byGene.get(site.gene) ?? []), [[index, allele + 1], driver]]);
		}
	}
	return byGene;
}

function alteredGenes(tumour: Tumour, stream: SeededStream): readonly string[] {
	const others = Object.entries(drivers[tumour.diagnosis]).filter(([, share]) => stream.chance(share));
	return [
		...(tumour.idh1 ? ['IDH1'] : []),
		...(tumour.egfr ? ['EGFR'] : []),
		...others.map(([gene]) => gene),
	];
}

function passengerCall(site: VariantSite | undefined, stream: SeededStream): Call | null {
	const draw = (): number => {
		let left = stream.unit();
		for (const [index, allele] of (site?.alleles ?? []).entries()) {
			left -= allele.background;
			if (left < 0) return index + 1;
		}
		return 0;
	};
	const [first, second] = [draw(), draw()];
	if (first === 0 && second === 0) return null;
	return first <= second ? [first, second] : [second, first];
}
