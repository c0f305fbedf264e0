// What is known of one patient, as plain facts: the input of the reference evaluator and of every index.

export type Zygosity = 'het' | 'hom' | 'missing';

/** One image series; null where the file does not say. */
export interface SeriesFact {
	readonly modality: string;
	readonly bodyPart: string | null;
	readonly contrast: boolean | null;
}

/** One value of a dictionary element, in the dictionary's unit; `day` counts days from 1970-01-01, null undated. */
export interface ValueFact {
	readonly element: string;
	readonly value: number | string;
	readonly day: number | null;
}

/**
 * One call: VCF coordinates (1-based), one alternate allele; `missing` means the site was not called. An `N` in an
 * allele is a base that the source does not say.
 */
export interface GenotypeFact {
	readonly assembly: string;
	readonly contig: string;
	readonly position: number;
	readonly ref: string;
	readonly alt: string;
	readonly gene: string | null;
	/** Sequence Ontology term. */
	readonly consequence: string | null;
	readonly significance: string | null;
	readonly zygosity: Zygosity;
}

/** A genome examination: which assembly its coordinates use, which genes it covers, which alleles it can rule out. */
export interface GenomeExam {
	readonly assembly: string;
	readonly genes: 'all' | readonly string[];
	/**
	 * The alleles whose absence from its source means that the patient does not carry them. `substitutions`: only
	 * those with as many bases as their reference, since the source (a MAF) writes insertions and deletions without
	 * the base before them, so that they cannot be told apart by position and alleles.
	 */
	readonly variants: 'all' | 'substitutions';
}

/**
 * One patient. `examined` says which classes of fact were looked at: an absent fact of an examined class is
 * false, of another class unknown. Order carries no meaning anywhere in it.
 */
export interface PatientRecord {
	readonly patient: string;
	readonly examined: {
		readonly image: boolean;
		readonly genomes: readonly GenomeExam[];
		readonly clinical: boolean;
	};
	readonly series: readonly SeriesFact[];
	readonly values: readonly ValueFact[];
	readonly genotypes: readonly GenotypeFact[];
	/** Dictionary ids of conditions. */
	readonly conditions: readonly string[];
}
