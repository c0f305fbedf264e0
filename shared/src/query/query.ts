// The question a researcher may pose, as data: a cohort, an ask and how the answer may be released.

/** The mechanisms of release: noised (differential privacy) or exact (disclosure control under contract). */
export type Mechanism = 'noised' | 'exact';

/** A boolean tree over facts of one patient; truth has three values and `not` of unknown is unknown. */
export type Cohort =
	| { readonly all: readonly Cohort[] }
	| { readonly any: readonly Cohort[] }
	| { readonly not: Cohort }
	| Fact;

export type Fact =
	| { readonly imaging: ImagingFact }
	| { readonly element: ElementFact }
	| { readonly gene: GeneFact }
	| { readonly variant: VariantFact }
	| { readonly condition: ConditionFact };

/** True where one image series of the patient fits every key that is given; at least one key is. */
export interface ImagingFact {
	/** DICOM Modality (0008,0060), for example MR. */
	readonly modality?: string;
	/** DICOM Body Part Examined (0018,0015), for example BRAIN. */
	readonly bodyPart?: string;
	/** Whether a contrast agent was given (0018,0010). */
	readonly contrast?: boolean;
}

/**
 * A comparison on the one value that the dictionary's selection rule gives a patient.
 * Numbers take `lt`, `le`, `gt`, `ge` (all that are given must hold) and a UCUM unit; codes take `in`.
 */
export interface ElementFact {
	readonly id: string;
	readonly lt?: number;
	readonly le?: number;
	readonly gt?: number;
	readonly ge?: number;
	readonly unit?: string;
	readonly in?: readonly string[];
}

/** True where the patient carries (het or hom) a variant of the gene that fits both lists; an absent list fits all. */
export interface GeneFact {
	/** HGNC symbol. */
	readonly symbol: string;
	/** Sequence Ontology terms, for example missense_variant. */
	readonly consequence?: readonly string[];
	/** ClinVar terms, for example pathogenic. */
	readonly significance?: readonly string[];
}

/** True where the patient carries this allele. VCF coordinates: position is 1-based, alleles are upper-case bases. */
export interface VariantFact {
	readonly assembly: string;
	readonly contig: string;
	readonly position: number;
	readonly ref: string;
	readonly alt: string;
}

/** True where the patient has this condition or one that the dictionary places below it. */
export interface ConditionFact {
	readonly code: string;
}

/** What divides patients into the cells of a table: an element's permitted categories, or a fact's false and true. */
export type Variable = { readonly element: string } | Exclude<Fact, { readonly element: ElementFact }>;

export type Ask =
	| { readonly exists: Readonly<Record<string, never>> }
	| { readonly count: Readonly<Record<string, never>> }
	| { readonly histogram: { readonly of: string } }
	| { readonly table: { readonly rows: Variable; readonly columns: Variable } };

export type AskKind = 'exists' | 'count' | 'histogram' | 'table';

/** The part of a question that decides the computation; its canonical form is `queryHash`. */
export interface Query {
	readonly cordon: 1;
	readonly cohort: Cohort;
	readonly ask: Ask;
}

/** `epsilonMicros` (millionths of epsilon, what one patient's presence may change) is absent where exact. */
export interface ReleaseChoice {
	readonly mechanism: Mechanism;
	readonly epsilonMicros?: number;
}

/** A whole question file. In JSON `release` is `{"mechanism": "noised", "epsilon": 0.5}`. */
export interface Question {
	readonly project: string;
	/** DUO shorthand of the purpose, for example HMB or DS. */
	readonly purpose: string;
	readonly query: Query;
	readonly release: ReleaseChoice;
}

/** One mistake in outside input: where it is, what is wrong, and what would be right. */
export interface InputIssue {
	/** JSON path, for example `/cohort/all/0/element/unit`; the empty string is the whole document. */
	readonly path: string;
	readonly message: string;
	/** The nearest valid names, best first; at most three. */
	readonly nearest: readonly string[];
}
