// The genes that synthetic genomes cover: real GRCh38 spans (Ensembl).

export interface SynthGene {
	/** HGNC symbol. */
	readonly symbol: string;
	/** Without the chr prefix. */
	readonly contig: string;
	/** 1-based, inclusive. */
	readonly start: number;
	readonly end: number;
}

export const gliomaGenes: readonly SynthGene[] = [
	{ symbol: 'FUBP1', contig: '1', start: 77944055, end: 77979110 },
	{ symbol: 'H3-3A', contig: '1', start: 226061851, end: 226072007 },
	{ symbol: 'IDH1', contig: '2', start: 208236227, end: 208266074 },
	{ symbol: 'PIK3CA', contig: '3', start: 179148114, end: 179240093 },
	{ symbol: 'PDGFRA', contig: '4', start: 54229127, end: 54298245 },
	{ symbol: 'TERT', contig: '5', start: 1253147, end: 1295068 },
	{ symbol: 'EGFR', contig: '7', start: 55019017, end: 55211628 },
	{ symbol: 'BRAF', contig: '7', start: 140719327, end: 140924929 },
	{ symbol: 'CDKN2A', contig: '9', start: 21967752, end: 21995301 },
	{ symbol: 'PTEN', contig: '10', start: 87863113, end: 87971930 },
	{ symbol: 'RB1', contig: '13', start: 48303751, end: 48481890 },
	{ symbol: 'IDH2', contig: '15', start: 90083045, end: 90102504 },
	{ symbol: 'TP53', contig: '17', start: 7661779, end: 7687550 },
	{ symbol: 'NF1', contig: '17', start: 31094927, end: 31377677 },
	{ symbol: 'CIC', contig: '19', start: 42268537, end: 42295796 },
	{ symbol: 'ATRX', contig: 'X', start: 77504880, end: 77786233 },
];

/** Contigs in the order of the files, with their GRCh38 lengths in bases. */
export const contigLengths: readonly (readonly [contig: string, bases: number])[] = [
	['1', 248956422],
	['2', 242193529],
	['3', 198295559],
	['4', 190214555],
	['5', 181538259],
	['7', 159345973],
	['9', 138394717],
	['10', 133797422],
	['13', 114364328],
	['15', 101991189],
	['17', 83257441],
	['19', 58617616],
	['X', 156040895],
];
