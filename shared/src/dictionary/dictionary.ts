// The data dictionary: every name a question may use, with code, type, unit, bounds and permitted bins.

/** Consent and authorization speak of these classes; every element and fact belongs to one. */
export type DataClass = 'image' | 'genome' | 'clinical';

export interface Code {
	readonly system: string;
	readonly code: string;
}

/** Which of a patient's several values is the one that counts. */
export type NumberSelection = 'first' | 'last' | 'largest' | 'smallest';

export interface NumberElement {
	readonly type: 'number';
	readonly id: string;
	readonly title: string;
	readonly dataClass: DataClass;
	readonly code?: Code;
	/** UCUM. */
	readonly unit: string;
	/** Values outside are clipped to [low, high] before anything is computed. */
	readonly bounds: readonly [number, number];
	/** Bin edges, ascending, from low to high: bin i is [edge i, edge i+1), the last bin is closed. */
	readonly bins: readonly number[];
	readonly select: NumberSelection;
}

export interface CodedElement {
	readonly type: 'code';
	readonly id: string;
	readonly title: string;
	readonly dataClass: DataClass;
	readonly code?: Code;
	readonly values: readonly { readonly id: string; readonly title: string; readonly code?: Code }[];
	readonly select: 'first' | 'last';
}

export type Element = NumberElement | CodedElement;

export interface GeneEntry {
	/** HGNC symbol. */
	readonly symbol: string;
	/** 1-based inclusive spans, by assembly name. */
	readonly regions: readonly {
		readonly assembly: string;
		readonly contig: string;
		readonly start: number;
		readonly end: number;
	}[];
}

export interface ConditionEntry {
	readonly id: string;
	readonly title: string;
	readonly system: string;
	/** Ids of the conditions directly above; a question for an ancestor finds this one. */
	readonly parents: readonly string[];
}

export interface Dictionary {
	readonly cordon: 1;
	readonly id: string;
	readonly version: string;
	readonly elements: readonly Element[];
	readonly conditions: readonly ConditionEntry[];
	readonly genes: readonly GeneEntry[];
	/** DICOM modalities, body parts; Sequence Ontology terms; ClinVar significance terms; assembly names. */
	readonly modalities: readonly string[];
	readonly bodyParts: readonly string[];
	readonly consequences: readonly string[];
	readonly significances: readonly string[];
	readonly assemblies: readonly string[];
}
