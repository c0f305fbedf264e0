// What hospital IT sees of an ingest: files, codes and counts of each source, and why nothing was taken over.

import type { SourceConfig } from './source-config.ts';
import type { IssueCode, ReaderReport, SourceIssue } from './source-reader.ts';

/** Issues listed one by one a source; the totals count all of them. */
const maxListedIssues = 100;

export interface SourceReport {
	readonly kind: SourceConfig['kind'];
	/** As the configuration writes it. */
	readonly path: string;
	readonly files: number;
	readonly read: number;
	/** Facts kept, and of how many patients of this hospital. */
	readonly facts: number;
	readonly patients: number;
	/** Refusals first. */
	readonly issues: readonly SourceIssue[];
	readonly issueTotals: Readonly<Partial<Record<IssueCode, number>>>;
	readonly unmapped: Readonly<Record<string, number>>;
}

export interface IngestReport {
	readonly epoch: string;
	readonly sources: readonly SourceReport[];
	readonly patients: number;
	/** Identifiers of the withdrawals file that are patients here, and that are not: a misspelt one protects nobody. */
	readonly withdrawals: { readonly applied: number; readonly notFound: number };
}

/**
 * Why an ingest ended with nothing committed. `source` is the index in the configuration, null where the fault
 * is not one source's; `issues` are those of the source, codes only.
 */
export interface IngestFault {
	readonly code:
		| 'assembly-unknown'
		| 'source-missing'
		| 'source-unreadable'
		| 'list-unreadable'
		| 'withdrawals-unreadable'
		| 'consent-unreadable'
		| 'no-patients';
	readonly source: number | null;
	readonly path: string;
	readonly issues: readonly SourceIssue[];
}

export function faultAt(code: IngestFault['code'], source: number | null, path: string): IngestFault {
	return { code, source, path, issues: [] };
}

/** The issues to list, refusals first. */
export function listedIssues(issues: readonly SourceIssue[]): readonly SourceIssue[] {
	const refused = issues.filter(({ severity }) => severity === 'refused');
	const warnings = issues.filter(({ severity }) => severity === 'warning');
	return [...refused, ...warnings].slice(0, maxListedIssues);
}

export function sourceReport(
	config: SourceConfig,
	read: ReaderReport,
	kept: { readonly facts: number; readonly patients: number },
): SourceReport {
	const issueTotals: Partial<Record<IssueCode, number>> = {};
	for (const { code, times } of read.issues) issueTotals[code] = (issueTotals[code] ?? 0) + (times ?? 1);
	return {
		kind: config.kind,
		path: config.path,
		files: read.files,
		read: read.read,
		...kept,
		issues: listedIssues(read.issues),
		issueTotals,
		unmapped: read.unmapped,
	};
}
