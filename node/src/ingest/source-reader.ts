// What every reader of a hospital's files gives the orchestrator of ingest, and what it may ask in return.

import type { Code, Element, GenomeSpan } from '@cordon/shared';
import type { FactRow } from '../ports.ts';

type WithoutPatient<Row> = Row extends unknown ? Omit<Row, 'patient'> : never;

/** One fact of one patient, named by the identifier of the source; the orchestrator pseudonymizes it. */
export type SourceFact = { readonly patient: string } & WithoutPatient<FactRow>;

/** Why a file, a line or a resource was not taken (or was taken in part); a code never quotes a value. */
export type IssueCode =
	// any kind of file
	| 'path-missing'
	| 'not-a-regular-file'
	| 'unreadable'
	| 'file-too-large'
	| 'folder-too-deep'
	| 'empty-file'
	| 'truncated'
	| 'patient-missing'
	| 'patient-ambiguous'
	| 'value-invalid'
	| 'value-unmapped'
	| 'unit-not-convertible'
	| 'date-invalid'
	// dicom
	| 'not-dicom'
	| 'dicomdir'
	| 'encoding-undecidable'
	| 'transfer-syntax-unknown'
	| 'deflate-invalid'
	| 'header-malformed'
	| 'header-too-large'
	| 'patient-id-undecodable'
	| 'modality-missing'
	| 'modality-unmapped'
	| 'series-uid-missing'
	| 'report-malformed'
	| 'report-too-large'
	| 'report-too-deep'
	| 'report-preliminary'
	// fhir
	| 'not-json'
	| 'not-utf8'
	| 'not-fhir'
	| 'line-too-long'
	| 'resource-not-used'
	| 'resource-malformed'
	| 'modifier-not-understood'
	| 'reference-unresolved'
	| 'patient-inactive'
	| 'birth-date-invalid'
	| 'condition-not-confirmed'
	| 'observation-not-final'
	| 'observation-not-of-the-patient'
	| 'value-not-exact'
	| 'consent-not-understood'
	| 'consent-unattributed'
	// tables (csv, maf) and vcf
	| 'header-missing'
	| 'column-missing'
	| 'row-malformed'
	| 'assembly-mismatch'
	| 'sample-unmapped'
	| 'compression-invalid'
	| 'column-duplicate'
	| 'decimal-comma'
	| 'sample-duplicate'
	| 'genotype-malformed'
	| 'info-malformed'
	| 'row-filtered'
	| 'row-without-genotypes'
	| 'allele-not-sequence'
	| 'contig-not-sequence'
	| 'gene-by-position';

/** One file (or part of one) that was not taken whole. `refused`: nothing was kept of the file, or of the place. */
export interface SourceIssue {
	/** Path relative to the source; the empty string is the source itself. */
	readonly file: string;
	/** Where in the file it was first met: `line 17`, `entry 3`, a tag; never a value. */
	readonly place?: string;
	/** How often it was met in this file, where more than once. */
	readonly times?: number;
	readonly code: IssueCode;
	readonly severity: 'refused' | 'warning';
}

export interface ReaderReport {
	/** Files found, and those of which something was kept or nothing was left out. */
	readonly files: number;
	readonly read: number;
	readonly facts: number;
	readonly issues: readonly SourceIssue[];
	/** Local names that mapped to nothing, as `<kind> <name>` (for example `bodyPart SCHULTER`), and times seen. */
	readonly unmapped: Readonly<Record<string, number>>;
}

export type EmitFacts = (facts: readonly SourceFact[]) => Promise<void>;

/** Files done and, once known, how many there are. */
export type ShowProgress = (done: number, total: number | null) => void;

/** Reads one source from beginning to end. A bad file is an issue; only a failing `emit` rejects. */
export interface SourceReader {
	readonly read: (emit: EmitFacts, progress: ShowProgress) => Promise<ReaderReport>;
}

/** Translates a hospital's vocabulary into the dictionary's; null means: no such thing in the dictionary. */
export interface Vocabulary {
	/** By local name (a mapping entry or an element id) or by code; `localUnit` is the mapping's UCUM unit. */
	readonly element: (local: {
		readonly name?: string;
		readonly codes?: readonly Code[];
	}) => { readonly element: Element; readonly localUnit: string | null } | null;
	/** In the dictionary's unit; null where `unit` cannot be converted or `raw` is not finite. */
	readonly number: (element: Element, raw: number, unit: string | null) => number | null;
	/** The id of one of the element's values; `localName` is the name under which the mapping lists its values. */
	readonly coded: (element: Element, raw: string | Code, localName: string) => string | null;
	readonly modality: (raw: string) => string | null;
	readonly bodyPart: (raw: string) => string | null;
	readonly condition: (coding: Code | string) => string | null;
	readonly sex: (raw: string) => string | null;
	readonly gene: (raw: string) => string | null;
	/** Symbols of the dictionary's genes that lie, in part, in the span: 1-based, both ends in it. */
	readonly genesAt: (span: GenomeSpan) => readonly string[];
	readonly consequence: (raw: string) => string | null;
	readonly significance: (raw: string) => string | null;
}

export type * from './source-config.ts';
