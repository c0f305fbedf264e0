// Reads the genotype of one sample column from bytes: how many copies of each allele, and how many unknown.

const tab = 0x09;
const colon = 0x3a;
const dot = 0x2e;
const slash = 0x2f;
const bar = 0x7c;

/** Of one sample: `copies[a]` counts allele a (0 is the reference); written anew by every scan. */
export interface GenotypeScan {
	readonly copies: Int32Array;
	ploidy: number;
	missing: number;
	/** Where the next sample's column starts, or the line's length. */
	next: number;
}

export function newGenotypeScan(alleles: number): GenotypeScan {
	return { copies: new Int32Array(alleles), ploidy: 0, missing: 0, next: 0 };
}

function isSeparator(byte: number | undefined): boolean {
	return byte === slash || byte === bar;
}

/** The end of one allele that starts at `from`, counted into the scan; -1 where it is none. */
function scanAllele(line: Uint8Array, from: number, scan: GenotypeScan): number {
	scan.ploidy += 1;
	if (line[from] === dot) {
		scan.missing += 1;
		return from + 1;
	}
	let allele = 0;
	let at = from;
	for (let byte = line[at] ?? 0; byte >= 0x30 && byte <= 0x39; byte = line[at] ?? 0) {
		allele = allele * 10 + (byte - 0x30);
		at += 1;
		if (allele >= scan.copies.length) return -1;
	}
	if (at === from) return -1;
	scan.copies[allele] = (scan.copies[allele] ?? 0) + 1;
	return at;
}

/** The end of the column, or -1 where it has more sub-fields than FORMAT names or an empty sample. */
function endOfColumn(line: Uint8Array, from: number, fields: number): number {
	let colons = 0;
	let at = from;
	for (; at < line.length && line[at] !== tab; at += 1) if (line[at] === colon) colons += 1;
	return colons < fields ? at : -1;
}

/**
 * Shape   the column that starts at `from`, its first sub-field being GT: allele numbers or `.` joined by
 *         `/` or `|`, of any ploidy, with an optional leading phase mark (VCF 4.4).
 * Errors  false where it is no such genotype, an allele is out of range, or there are more sub-fields than
 *         `fields`; the scan's contents then mean nothing.
 */
export function scanGenotype(line: Uint8Array, from: number, fields: number, scan: GenotypeScan): boolean {
	scan.copies.fill(0);
	scan.ploidy = 0;
	scan.missing = 0;
	let at = isSeparator(line[from]) ? from + 1 : from;
	for (;;) {
		at = scanAllele(line, at, scan);
		if (at < 0) return false;
		if (!isSeparator(line[at])) break;
		at += 1;
	}
	if (at < line.length && line[at] !== colon && line[at] !== tab) return false;
	const end = endOfColumn(line, at, fields);
	if (end < 0) return false;
	scan.next = end + 1;
	return true;
}
