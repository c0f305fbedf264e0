// Walks one VCF file: its header once, then every row with the genotypes of the samples that are wanted.

import { readLines } from '../read-lines.ts';
import type { IssueCode } from '../source-reader.ts';
import { type GenotypeScan, newGenotypeScan, scanGenotype } from './scan-genotype.ts';
import { readVcfHeader, type VcfHeader } from './vcf-header.ts';
import { readVcfRow, type VcfRow } from './vcf-row.ts';

/** The file cannot be used; `line` is where it was noticed, 1-based. */
export class VcfError extends Error {
	readonly code: IssueCode;
	readonly line: number;

	constructor(code: IssueCode, line: number) {
		super(code);
		this.name = 'VcfError';
		this.code = code;
		this.line = line;
	}
}

export interface VcfVisitor {
	readonly header: (header: VcfHeader) => void;
	/** Before a row's genotypes; false: they are checked but not shown. */
	readonly row: (row: VcfRow, line: number) => boolean;
	/** The scan is written over by the next call. */
	readonly genotype: (sample: number, scan: GenotypeScan) => void;
	/** After each block of lines; what it waits for holds the file back. */
	readonly block: () => Promise<void>;
}

/** A header of more lines than this is none; the largest real ones (every contig of a patch release) have 5,000. */
const maxHeaderLines = 100_000;

/**
 * Reads a file to its end and checks every row, whatever the visitor wants of it.
 *
 * Errors  throws VcfError with the code of the first fault, or LineError where the bytes cannot be read.
 */
export async function visitVcf(path: string, assembly: string, visitor: VcfVisitor): Promise<void> {
	const headerLines: string[] = [];
	let header: VcfHeader | null = null;
	let number = 0;
	let isOpen = false;
	const lineBlocks = readLines(path, () => {
		isOpen = true;
	});
	for await (const lines of lineBlocks) {
		for (const line of lines) {
			number += 1;
			// A genotype that was cut off reads as another one, so the last row of a file must have its end.
			if (isOpen && !isHarmlessWhenCut(line, header)) throw new VcfError('truncated', number);
			if (header !== null) visitRow(line, number, header, visitor);
			else {
				headerLines.push(line.toString('utf8'));
				header = headerAt(headerLines, line, number, assembly);
				if (header !== null) visitor.header(header);
			}
		}
		await visitor.block();
	}
	if (header === null) throw new VcfError(number === 0 ? 'empty-file' : 'header-missing', number);
}

/** VCF 4.5 allows an open last line; it is taken where no genotype can have lost a digit. */
function isHarmlessWhenCut(line: Buffer, header: VcfHeader | null): boolean {
	if (header === null || header.samples.length === 0) return false;
	const row = readVcfRow(line, header.samples.length);
	return row.ok && !row.value.hasGenotypes;
}

/** Null until the line that ends the header. */
function headerAt(
	lines: readonly string[],
	line: Buffer,
	number: number,
	assembly: string,
): VcfHeader | null {
	const isMeta = line[0] === 0x23 && line[1] === 0x23;
	if (isMeta && number <= maxHeaderLines) return null;
	if (line[0] !== 0x23) throw new VcfError(number === 1 ? 'header-missing' : 'header-malformed', number);
	const header = readVcfHeader(lines, assembly);
	if (!header.ok) throw new VcfError(header.error, number);
	return header.value;
}

function visitRow(line: Buffer, number: number, header: VcfHeader, visitor: VcfVisitor): void {
	const samples = header.samples.length;
	const row = readVcfRow(line, samples);
	if (!row.ok) throw new VcfError(row.error, number);
	const shown = visitor.row(row.value, number);
	if (samples === 0) return;
	// Without an alternate (ALT is `.`) a genotype says nothing that is kept, and some callers leave 0/1 there.
	if (!row.value.hasGenotypes || row.value.alternates.length === 0) {
		if (columnsFrom(line, row.value.samplesAt) !== samples) throw new VcfError('row-malformed', number);
		return;
	}
	const scan = newGenotypeScan(row.value.alternates.length + 1);
	scan.next = row.value.samplesAt;
	for (let sample = 0; sample < samples; sample += 1) {
		if (scan.next > line.length) throw new VcfError('row-malformed', number);
		if (!scanGenotype(line, scan.next, row.value.formatFields, scan))
			throw new VcfError('genotype-malformed', number);
		if (shown) visitor.genotype(sample, scan);
	}
	if (scan.next <= line.length) throw new VcfError('row-malformed', number);
}

function columnsFrom(line: Buffer, start: number): number {
	let columns = 1;
	for (let at = line.indexOf(0x09, start); at >= 0; at = line.indexOf(0x09, at + 1)) columns += 1;
	return columns;
}
