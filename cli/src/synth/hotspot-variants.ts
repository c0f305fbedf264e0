// Real recurrent variants of gliomas and their GRCh38 positions and alleles (plus strand), as ClinVar and COSMIC list them.

export interface Hotspot {
	readonly gene: string;
	readonly contig: string;
	/** VCF position, 1-based. */
	readonly position: number;
	readonly ref: string;
	readonly alt: string;
	/** Sequence Ontology term. */
	readonly consequence: string;
	/** ClinVar term. */
	readonly significance: string;
	/** How often this one is the gene's driver, relative to the gene's others. */
	readonly weight: number;
}

type Row = readonly [
	position: number,
	change: string,
	consequence: Consequence,
	significance: Meaning,
	weight: number,
];
type Consequence = 'missense' | 'stop' | 'promoter' | 'deletion';
type Meaning = 'P' | 'LP' | 'US';

const consequences: Readonly<Record<Consequence, string>> = {
	missense: 'missense_variant',
	stop: 'stop_gained',
	promoter: 'upstream_gene_variant',
	deletion: 'inframe_deletion',
};

const meanings: Readonly<Record<Meaning, string>> = {
	P: 'pathogenic',
	LP: 'likely_pathogenic',
	US: 'uncertain_significance',
};

const rows: readonly (readonly [gene: string, contig: string, variants: readonly Row[]])[] = [
	['H3-3A', '1', [[226064434, 'A>T', 'missense', 'P', 10]]], // K28M
	[
		'IDH1',
		'2',
		[
			[208248388, 'C>T', 'missense', 'P', 86], // R132H
			[208248388, 'C>A', 'missense', 'P', 2], // R132L
			[208248389, 'G>A', 'missense', 'P', 6], // R132C
			[208248389, 'G>C', 'missense', 'P', 3], // R132G
			[208248389, 'G>T', 'missense', 'LP', 3], // R132S
		],
	],
	[
		'PIK3CA',
		'3',
		[
			[179199088, 'G>A', 'missense', 'P', 10], // R88Q
			[179218294, 'G>A', 'missense', 'P', 20], // E542K
			[179218303, 'G>A', 'missense', 'P', 25], // E545K
			[179234297, 'A>G', 'missense', 'P', 35], // H1047R
			[179234297, 'A>T', 'missense', 'P', 10], // H1047L
		],
	],
	['PDGFRA', '4', [[54285926, 'A>T', 'missense', 'P', 10]]], // D842V
	[
		'TERT',
		'5',
		[
			[1295113, 'G>A', 'promoter', 'LP', 70], // C228T
			[1295135, 'G>A', 'promoter', 'LP', 30], // C250T
		],
	],
	[
		'EGFR',
		'7',
		[
			[55154129, 'C>T', 'missense', 'LP', 40], // A289V
			[55165350, 'G>T', 'missense', 'LP', 25], // G598V
			[55174771, 'AGGAATTAAGAGAAGC>A', 'deletion', 'P', 10], // E746_A750del
			[55181378, 'C>T', 'missense', 'P', 8], // T790M
			[55191822, 'T>G', 'missense', 'P', 17], // L858R
		],
	],
	['BRAF', '7', [[140753336, 'A>T', 'missense', 'P', 10]]], // V600E
	[
		'CDKN2A',
		'9',
		[
			[21971121, 'G>A', 'stop', 'P', 6], // R80*
			[21971187, 'G>A', 'stop', 'P', 4], // R58*
		],
	],
	[
		'PTEN',
		'10',
		[
			[87933147, 'C>T', 'stop', 'P', 25], // R130*
			[87933148, 'G>A', 'missense', 'P', 20], // R130Q
			[87952142, 'C>T', 'missense', 'P', 15], // R173C
			[87957915, 'C>T', 'stop', 'P', 20], // R233*
			[87961095, 'C>T', 'stop', 'P', 10], // R335*
		],
	],
	[
		'RB1',
		'13',
		[
			[48367512, 'C>T', 'stop', 'P', 10], // R320*
			[48381402, 'C>T', 'stop', 'P', 10], // R552*
		],
	],
	[
		'IDH2',
		'15',
		[
			[90088606, 'C>T', 'missense', 'P', 8], // R172K
			[90088702, 'C>T', 'missense', 'P', 2], // R140Q
		],
	],
	[
		'TP53',
		'17',
		[
			[7673776, 'G>A', 'missense', 'P', 8], // R282W
			[7673802, 'C>T', 'missense', 'P', 16], // R273H
			[7673803, 'G>A', 'missense', 'P', 18], // R273C
			[7674220, 'C>T', 'missense', 'P', 12], // R248Q
			[7674221, 'G>A', 'missense', 'P', 10], // R248W
			[7674230, 'C>T', 'missense', 'P', 6], // G245S
			[7674872, 'T>C', 'missense', 'LP', 6], // Y220C
			[7674894, 'G>A', 'stop', 'P', 6], // R213*
			[7675088, 'C>T', 'missense', 'P', 20], // R175H
		],
	],
	['NF1', '17', [[31235728, 'C>T', 'stop', 'P', 6]]], // R1276*
];

export const hotspots: readonly Hotspot[] = rows.flatMap(([gene, contig, variants]) =>
	variants.map(([position, change, consequence, meaning, weight]) => {
		const [ref = '', alt = ''] = change.split('>');
		return {
			gene,
			contig,
			position,
			ref,
			alt,
			consequence: consequences[consequence],
			significance: meanings[meaning],
			weight,
		};
	}),
);
