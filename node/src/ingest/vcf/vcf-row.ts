// Reads the fixed columns of one VCF row; what it cannot read is refused with the file, never guessed.

import { err, ok, type Result } from '@cordon/shared';
import type { IssueCode } from '../source-reader.ts';

export interface VcfRow {
	readonly contig: string;
	/** 1-based; 0 is the telomere. */
	readonly position: number;
	/** Upper case. */
	readonly ref: string;
	/** Upper case; none where ALT is `.`. */
	readonly alternates: readonly string[];
	/** Whether FILTER is PASS or was not applied. */
	readonly passed: boolean;
	readonly info: string;
	/** Sub-fields a sample column may have; 0 where there is no FORMAT column. */
	readonly formatFields: number;
	readonly hasGenotypes: boolean;
	/** Where the first sample column starts. */
	readonly samplesAt: number;
}

const tab = 0x09;
/** A contig's name, `<name>` of an assembly file, or an HLA allele of the GRCh38 analysis set. */
const contig = /^([^\s,:;<>"'`()[\]{}\\*=][^\s,:<>"'`()[\]{}\\*]*|<[^\s,:<>]+>|HLA-[A-Z0-9]+\*[\d:]+[A-Z]?)$/;
const id = /^[^\s;]+(;[^\s;]+)*$/;
const sequence = /^[ACGTN]+$/i;
const quality = /^(\.|[+]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+]?inf(inity)?|nan)$/i;
const filter = /^(\.|[^\s;.][^\s;]*(;[^\s;]+)*)$/;
const format = /^[A-Za-z_][0-9A-Za-z_.]*(:[A-Za-z_][0-9A-Za-z_.]*)*$/;
/** `*`, `<NON_REF>`, and breakends with bases at one side. */
const otherAlternate =
	/^(\*|<[^<>\s,]+>|\.[ACGTN]+|[ACGTN]+\.|[ACGTN.]+[[\]][^\s,]+[[\]]|[[\]][^\s,]+[[\]][ACGTN.]+)$/i;
const maxPosition = 2 ** 31 - 1;

export function isSequence(allele: string): boolean {
	return sequence.test(allele);
}

/** Up to nine columns as text, and where the tenth starts. */
function fixedColumns(
	line: Buffer,
	count: number,
): { readonly columns: readonly string[]; readonly next: number } {
	let next = 0;
	for (let column = 0; column < count && next <= line.length; column += 1) {
		const end = line.indexOf(tab, next);
		next = end < 0 ? line.length + 1 : end + 1;
	}
	return { columns: line.toString('utf8', 0, Math.max(0, next - 1)).split('\t'), next };
}

function isReadable(columns: readonly string[], alternates: readonly string[]): boolean {
	const [chrom = '', pos = '', name = '', ref = '', , qual = '', filters = '', info = ''] = columns;
	const filterNames = filters.split(';');
	return (
		contig.test(chrom) &&
		/^\d{1,10}$/.test(pos) &&
		Number(pos) <= maxPosition &&
		id.test(name) &&
		sequence.test(ref) &&
		alternates.every((allele) => sequence.test(allele) || otherAlternate.test(allele)) &&
		quality.test(qual) &&
		filter.test(filters) &&
		!filterNames.includes('0') &&
		(filterNames.length === 1 || !filterNames.includes('.')) &&
		new Set(filterNames).size === filterNames.length &&
		info !== '' &&
		!/[\s]/.test(info)
	);
}

/**
 * Shape   the row without its genotypes, which `scanGenotype` reads from `samplesAt` on.
 * Errors  `row-malformed` a column is missing or not as VCF wants it; GT is named but not first.
 * Source  VCF 4.3, section 1.6.
 */
export function readVcfRow(line: Buffer, samples: number): Result<VcfRow, IssueCode> {
	const expected = samples > 0 ? 9 : 8;
	const { columns, next } = fixedColumns(line, expected);
	const [chrom = '', pos = '', , ref = '', alt = '', , filters = '', info = '', fields = ''] = columns;
	const alternates = alt === '.' ? [] : alt.split(',');
	const complete = columns.length === expected && samples > 0 === next <= line.length;
	if (!complete || !isReadable(columns, alternates)) return err('row-malformed');
	const names = samples > 0 ? fields.split(':') : [];
	if (samples > 0 && (!format.test(fields) || new Set(names).size !== names.length))
		return err('row-malformed');
	if (names.indexOf('GT') > 0) return err('row-malformed');
	return ok({
		contig: chrom,
		position: Number(pos),
		ref: ref.toUpperCase(),
		alternates: alternates.map((allele) => (sequence.test(allele) ? allele.toUpperCase() : allele)),
		passed: filters === 'PASS' || filters === '.',
		info,
		formatFields: names.length,
		hasGenotypes: names[0] === 'GT',
		samplesAt: next,
	});
}
