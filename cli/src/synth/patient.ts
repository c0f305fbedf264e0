// One synthetic patient as the generator knows him: what is so, and which examinations took place.

import type { ConsentState, EnhancementPattern, Methylation, VitalStatus } from './hospital-profile.ts';

export interface Scan {
	readonly modality: 'MR' | 'CT';
	/** Days since 1970-01-01. */
	readonly day: number;
	readonly contrast: boolean;
	/** Null where no report was written; null volume where the report leaves it out. */
	readonly report: { readonly pattern: EnhancementPattern; readonly volumeUl: number | null } | null;
}

export interface RadiomicsRow {
	readonly day: number;
	/** Ten-thousandths. */
	readonly sphericityE4: number;
	/** Microlitres, that is mm3; null where the table has no volume column. */
	readonly volumeUl: number | null;
}

/** Alleles of a call, 0 the reference; a site that is not listed is 0/0. */
export type Call = readonly [first: number, second: number] | 'missing';

export interface SynthPatient {
	readonly hospital: string;
	/** The hospital's own medical record number, the same in all its sources. */
	readonly record: string;
	/** Counts from 0 within the hospital. */
	readonly index: number;
	readonly sex: 'female' | 'male' | 'other';
	readonly birthDay: number;
	readonly diagnosisDay: number;
	/** ICD-10. */
	readonly condition: string;
	/** A diagnosis that was considered and refuted. */
	readonly ruledOut: string | null;
	readonly scan: Scan | null;
	/** Another reader's volume of the same scan; only where the first report has one. */
	readonly secondReading: { readonly volumeUl: number } | null;
	readonly radiomics: readonly RadiomicsRow[];
	readonly sampleName: string | null;
	/** By index into the network's sites; empty where no genome was read. */
	readonly calls: ReadonlyMap<number, Call>;
	readonly methylation: Methylation | 'inconclusive' | null;
	/** An opposite result was filed first and struck out. */
	readonly assayMixedUp: boolean;
	/** From diagnosis to death or last contact, and which of the two it was. */
	readonly followUp: { readonly days: number; readonly status: VitalStatus } | null;
	readonly consent: ConsentState;
}
