// How the hospitals of a synthetic network differ: vocabularies, file habits, what is missing, who consented.

import type { Weighted } from './seeded-stream.ts';

export type EnhancementPattern = 'none' | 'nodular' | 'rim';
export type Methylation = 'methylated' | 'unmethylated';
export type VitalStatus = 'alive' | 'dead';

/** What a patient (or the lack of a form) says about research. */
export type ConsentState =
	| 'all'
	| 'imaging-only'
	| 'withdrawn'
	| 'withdrawn-by-list'
	| 'refused'
	| 'expired'
	| 'none';

/** A coded concept as a report or resource writes it: code, its system or scheme, its meaning. */
export type Concept = readonly [code: string, system: string, meaning: string];

export interface ImagingHabits {
	/** Share of the patients with any imaging file. */
	readonly share: number;
	/** Share of those whose scan was a CT. */
	readonly ct: number;
	/** Share of scans with a contrast agent. */
	readonly contrast: number;
	/** Body Part Examined as the scanner writes it. */
	readonly bodyPart: string;
	/** Share of scans that a structured report describes. */
	readonly reported: number;
	/** UCUM unit of the reported volume; null where the report leaves the volume to the radiomics table. */
	readonly volumeUnit: 'mL' | 'cm3' | 'mm3' | null;
	readonly volume: Concept;
	readonly pattern: Concept;
	readonly patterns: Readonly<Record<EnhancementPattern, Concept>>;
}

export interface GenomeHabits {
	readonly share: number;
	readonly contigPrefix: '' | 'chr';
	/** Sample columns carry laboratory numbers, and samples.csv joins them to patients. */
	readonly laboratoryNumbers: boolean;
	readonly info: { readonly gene: string; readonly consequence: string; readonly significance: string };
	/** Local spellings; a term without an entry is written as it is. */
	readonly consequences: Readonly<Record<string, string>>;
	readonly significances: Readonly<Record<string, string>>;
	readonly genes: Readonly<Record<string, string>>;
	/** HGNC symbols of a panel, or every gene of the generator. */
	readonly covers: 'all' | readonly string[];
	readonly depths: boolean;
}

export interface ClinicalHabits {
	/** System of the Patient.identifier that the other sources use; null where the resource id is that number. */
	readonly identifierSystem: string | null;
	readonly conditionSystem: string;
	/** ICD-10 code -> local code; a code without an entry is written as it is. */
	readonly conditions: Readonly<Record<string, string>>;
	readonly methylation: Concept;
	readonly methylations: Readonly<Record<Methylation, Concept>>;
	/** The local code of an inconclusive assay; null where such assays are not recorded. */
	readonly inconclusive: Concept | null;
	readonly methylationShare: number;
	/** Of the Observation that gives the age at diagnosis. */
	readonly age: Concept;
	readonly survival: Concept;
	readonly survivalShare: number;
	readonly vitalStatus: Concept;
	readonly vitalStates: Readonly<Record<VitalStatus, Concept>>;
}

export interface RadiomicsHabits {
	readonly file: string;
	readonly separator: ',' | '\t';
	readonly patient: string;
	readonly day: string;
	readonly sphericity: string;
	/** Column of the volume in mm3; null where the report has it. */
	readonly volume: string | null;
}

export interface HospitalProfile {
	readonly id: string;
	readonly name: string;
	/** Share of the network's patients, relative to the others. */
	readonly weight: number;
	/** Prefix of the medical record numbers. */
	readonly recordPrefix: string;
	readonly imaging: ImagingHabits;
	readonly genome: GenomeHabits;
	readonly clinical: ClinicalHabits;
	readonly radiomics: RadiomicsHabits;
	readonly consents: readonly Weighted<ConsentState>[];
}
