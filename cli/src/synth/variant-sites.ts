// The variant sites of a synthetic network: the hotspots, and some hundred background sites in the same genes.

import { contigLengths, gliomaGenes, type SynthGene } from './glioma-genes.ts';
import { type Hotspot, hotspots } from './hotspot-variants.ts';
import { type SeededStream, seededStream, type Weighted } from './seeded-stream.ts';

export interface SiteAllele {
	readonly alt: string;
	/** Sequence Ontology term. */
	readonly consequence: string;
	/** ClinVar term; null where ClinVar would not list it. */
	readonly significance: string | null;
	/** Share of chromosomes that carry it without any part in the tumour. */
	readonly background: number;
	/** Weight among the drivers of its gene; 0 for a passenger. */
	readonly driver: number;
	/** A real recurrent variant with its true reference allele. */
	readonly hotspot: boolean;
}

/** One VCF record: a position with one to three alternate alleles. */
export interface VariantSite {
	readonly contig: string;
	readonly position: number;
	readonly ref: string;
	readonly gene: string;
	readonly alleles: readonly SiteAllele[];
}

const backgroundSitesPerGene = 24;
const bases = ['A', 'C', 'G', 'T'] as const;

/** In file order: contig, then position. The same for every hospital of a network. */
export function variantSites(seed: number): readonly VariantSite[] {
	const order = new Map(contigLengths.map(([contig], index) => [contig, index]));
	const sites = [
		...hotspotSites(),
		...gliomaGenes.flatMap((gene) => backgroundSites(gene, seededStream(seed, `sites/${gene.symbol}`))),
	];
	const rank = (site: VariantSite): number => order.get(site.contig) ?? order.size;
	return sites.sort((a, b) => rank(a) - rank(b) || a.position - b.position);
}

/** Hotspots that share position and REF become one multi-allelic record, as joint callers write them. */
function hotspotSites(): VariantSite[] {
	const groups = Map.groupBy(hotspots, ({ contig, position, ref }) => `${contig}:${position}:${ref}`);
	return [...groups.values()].flatMap((group) => {
		const first = group[0];
		if (first === undefined) return [];
		const { contig, position, ref, gene } = first;
		return [{ contig, position, ref, gene, alleles: group.map(hotspotAllele) }];
	});
}

function hotspotAllele({ alt, consequence, significance, weight }: Hotspot): SiteAllele {
	return { alt, consequence, significance, background: 0, driver: weight, hotspot: true };
}

function backgroundSites(gene: SynthGene, stream: SeededStream): VariantSite[] {
	const taken = new Set(hotspots.filter((h) => h.gene === gene.symbol).map((h) => h.position));
	const sites: VariantSite[] = [];
	while (sites.length < backgroundSitesPerGene) {
		const position = gene.start + 50 + stream.below(gene.end - gene.start - 100);
		if (taken.has(position)) continue;
		taken.add(position);
		sites.push(backgroundSite(gene, position, stream));
	}
	return sites;
}

/** Name, weight, ClinVar terms and whether it may be common. */
const kinds: readonly Weighted<Kind>[] = [
	[
		{
			consequence: 'missense_variant',
			meanings: ['uncertain_significance', 'likely_benign', null],
			common: false,
		},
		42,
	],
	[{ consequence: 'synonymous_variant', meanings: ['benign', 'likely_benign'], common: true }, 24],
	[{ consequence: 'intron_variant', meanings: ['benign', null], common: true }, 14],
	[{ consequence: 'stop_gained', meanings: ['pathogenic', 'likely_pathogenic'], common: false }, 9],
	[{ consequence: 'frameshift_variant', meanings: ['pathogenic', 'likely_pathogenic'], common: false }, 7],
	[{ consequence: 'splice_donor_variant', meanings: ['likely_pathogenic'], common: false }, 4],
];

interface Kind {
	readonly consequence: string;
	readonly meanings: readonly (string | null)[];
	readonly common: boolean;
}

/** Genes that lose their function in tumours: any truncation drives. Others are driven by hotspots alone. */
const suppressors: ReadonlySet<string> = new Set([
	'ATRX',
	'TP53',
	'PTEN',
	'NF1',
	'RB1',
	'CDKN2A',
	'CIC',
	'FUBP1',
]);

function backgroundSite(gene: SynthGene, position: number, stream: SeededStream): VariantSite {
	const kind = stream.pick(kinds);
	const base = stream.below(4);
	const deleted = kind.consequence === 'frameshift_variant' ? randomBases(stream, 1 + stream.below(2)) : '';
	const ref = `${bases[base]}${deleted}`;
	const significance = kind.meanings[stream.below(kind.meanings.length)] ?? null;
	const truncates = significance?.endsWith('pathogenic') === true;
	const background = truncates ? 0.0002 : frequency(kind, stream);
	const driver = truncates && suppressors.has(gene.symbol) ? 4 : 0;
	const first = { consequence: kind.consequence, significance, background, driver, hotspot: false };
	if (deleted !== '') {
		return {
			contig: gene.contig,
			position,
			ref,
			gene: gene.symbol,
			alleles: [{ ...first, alt: ref.slice(0, 1) }],
		};
	}
	// One in eight has a second alternate allele, rarer and, where the first truncates, a mere missense.
	const count = stream.chance(0.125) ? 2 : 1;
	const alts = bases.filter((_, index) => index !== base).slice(0, count);
	const second = {
		consequence: 'missense_variant',
		significance: null,
		background: background / 3,
		driver: 0,
		hotspot: false,
	};
	const alleles = alts.map((alt, index) => ({ ...(index === 0 ? first : second), alt }));
	return { contig: gene.contig, position, ref, gene: gene.symbol, alleles };
}

function frequency(kind: Kind, stream: SeededStream): number {
	if (kind.common && stream.chance(0.4)) return 0.02 + 0.2 * stream.unit();
	return 0.0005 + 0.004 * stream.unit();
}

function randomBases(stream: SeededStream, count: number): string {
	return Array.from({ length: count }, () => bases[stream.below(4)]).join('');
}
