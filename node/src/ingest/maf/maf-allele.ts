// Gives a MAF row's alleles the coordinates of a VCF, as far as a MAF says them.

import type { Allele } from '../vcf/normalize-allele.ts';
import { trimAllele } from '../vcf/normalize-allele.ts';

/**
 * What stands for the base before an insertion or deletion, which a MAF does not give: `N`, any base. Such an
 * allele equals no VCF allele, whose anchor is a real base; questions by gene find it, by position do not.
 */
const unknownAnchor = 'N';

const bases = /^[ACGTN]+$/;
/** 1000 Genomes and TCGA number the sex chromosomes and the mitochondrion. */
const numbered: Readonly<Record<string, string>> = { '23': 'X', '24': 'Y', '25': 'MT', '26': 'MT' };

export function mafContig(contig: string): string {
	return numbered[contig] ?? contig;
}

/** `-` and runs of it mean no bases; null: no allele at all. */
function basesOf(allele: string): string | null {
	const upper = allele.trim().toUpperCase();
	if (/^-+$/.test(upper)) return '';
	return bases.test(upper) ? upper : null;
}

/**
 * `start` is MAF's Start_Position: of a substitution or deletion the first changed base, of an insertion the
 * base before it.
 *
 * Shape   a substitution as it stands, trimmed; an insertion of AC after 100 as 100 N>NAC; a deletion of AC
 *         at 100 as 99 NAC>N.
 * Errors  null where an allele is no sequence, both are equal, or the position is not positive.
 * Source  GDC MAF format 1.0.0.
 */
export function mafAllele(start: number, reference: string, tumor: string): Allele | null {
	const ref = basesOf(reference);
	const alt = basesOf(tumor);
	if (ref === null || alt === null || ref === alt || !Number.isInteger(start) || start < 1) return null;
	if (ref === '') return { position: start, ref: unknownAnchor, alt: unknownAnchor + alt };
	if (alt !== '') return trimAllele({ position: start, ref, alt });
	return start > 1 ? { position: start - 1, ref: unknownAnchor + ref, alt: unknownAnchor } : null;
}
