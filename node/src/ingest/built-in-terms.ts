// Translates what MAF and ClinVar write to Sequence Ontology and ClinVar terms, where a mapping file says nothing.

/**
 * MAF Variant_Classification -> Sequence Ontology. Lossy entries: a MAF does not say whether a splice site is
 * donor or acceptor (`splice_site_variant`, SO:0001629, is the parent of both), Silent covers retained stops,
 * RNA covers every non-coding transcript, and Targeted_Region says nothing of the effect.
 * Source  GDC MAF format 1.0.0, Variant_Classification; the reverse of the vcf2maf table.
 */
const mafConsequences: Readonly<Record<string, string>> = {
	Missense_Mutation: 'missense_variant',
	Silent: 'synonymous_variant',
	Nonsense_Mutation: 'stop_gained',
	Nonstop_Mutation: 'stop_lost',
	Translation_Start_Site: 'start_lost',
	De_novo_Start_InFrame: '5_prime_UTR_variant',
	De_novo_Start_OutOfFrame: '5_prime_UTR_variant',
	Splice_Site: 'splice_site_variant',
	Splice_Region: 'splice_region_variant',
	Frame_Shift_Ins: 'frameshift_variant',
	Frame_Shift_Del: 'frameshift_variant',
	In_Frame_Ins: 'inframe_insertion',
	In_Frame_Del: 'inframe_deletion',
	RNA: 'non_coding_transcript_exon_variant',
	Intron: 'intron_variant',
	IGR: 'intergenic_variant',
	"5'Flank": 'upstream_gene_variant',
	"3'Flank": 'downstream_gene_variant',
	"5'UTR": '5_prime_UTR_variant',
	"3'UTR": '3_prime_UTR_variant',
};

/** Spellings that differ from the dictionary's by more than case and separators. */
const significanceSpellings: Readonly<Record<string, string>> = {
	vus: 'uncertain_significance',
	variant_of_uncertain_significance: 'uncertain_significance',
	variant_of_unknown_significance: 'uncertain_significance',
	conflicting_interpretations_of_pathogenicity: 'conflicting_classifications_of_pathogenicity',
	'pathogenic,low_penetrance': 'pathogenic_low_penetrance',
	'likely_pathogenic,low_penetrance': 'likely_pathogenic_low_penetrance',
	probably_pathogenic: 'likely_pathogenic',
	probably_benign: 'likely_benign',
};

/**
 * Aggregate terms of ClinVar count as the weaker of the two: a question for `pathogenic` then never counts
 * an assertion that one submitter would not make.
 */
const significancePairs: Readonly<Record<string, string>> = {
	'pathogenic/likely_pathogenic': 'likely_pathogenic',
	'likely_pathogenic/pathogenic': 'likely_pathogenic',
	'benign/likely_benign': 'likely_benign',
	'likely_benign/benign': 'likely_benign',
};

/** Two classifications of one allele joined by `,` or `|` contradict each other, and stay unmapped. */
const fiveTier = /pathogenic|benign|uncertain/;

/** The Sequence Ontology term of a MAF classification, or null. */
export function builtInConsequence(local: string): string | null {
	return Object.hasOwn(mafConsequences, local) ? (mafConsequences[local] ?? null) : null;
}

/** ClinVar's term in the form `likely_pathogenic`, the weaker of an aggregate, for the dictionary to look up. */
export function builtInSignificance(local: string): string {
	const term = local
		.trim()
		.toLowerCase()
		.replace(/[\s-]+/g, '_')
		.replace(/_*([/,|])_*/g, '$1');
	if (Object.hasOwn(significanceSpellings, term)) return significanceSpellings[term] ?? term;
	const parts = term.split(/[,|]/);
	const whole = parts[0] ?? term;
	if (parts.filter((part) => fiveTier.test(part)).length > 1) return term;
	if (Object.hasOwn(significancePairs, whole)) return significancePairs[whole] ?? whole;
	return whole;
}
