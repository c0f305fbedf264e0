// Gives one allele one name: the same contig spelling, and no bases that reference and alternate share.

export interface Allele {
	/** 1-based. */
	readonly position: number;
	readonly ref: string;
	readonly alt: string;
}

/** GRCh names: no `chr` prefix, mitochondrion MT. Numbered X and Y (23, 24) are a MAF custom: see maf. */
export function normalizeContig(name: string): string {
	const bare = /^chr/i.test(name) ? name.slice(3) : name;
	if (bare === 'M' || bare === 'm') return 'MT';
	return /^[xym]t?$/i.test(bare) ? bare.toUpperCase() : bare;
}

/**
 * The parsimonious form: bases shared at the end are dropped first, then bases shared at the start, and each
 * allele keeps at least one. `CTT>CT` in a row with `CTT>C` becomes `CT>C` at the same position.
 * Alleles are not moved to the left through a repeat: that needs the reference sequence, which a node does
 * not have; callers write left-aligned rows, and `bcftools norm` aligns the others.
 *
 * Source  Tan, Abecasis, Kang: Unified representation of genetic variants, Bioinformatics 2015.
 */
export function trimAllele(allele: Allele): Allele {
	const { ref, alt } = allele;
	const longest = Math.min(ref.length, alt.length) - 1;
	let end = 0;
	while (end < longest && ref.at(-1 - end) === alt.at(-1 - end)) end += 1;
	let start = 0;
	while (start < longest - end && ref[start] === alt[start]) start += 1;
	if (start === 0 && end === 0) return allele;
	return {
		position: allele.position + start,
		ref: ref.slice(start, ref.length - end),
		alt: alt.slice(start, alt.length - end),
	};
}
