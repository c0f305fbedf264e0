// Says which genes a structural or unspecified allele may change, so that its carriers do not count as without a variant.

import type { GenotypeFact } from '@cordon/shared';
import type { Vocabulary } from '../source-reader.ts';
import type { VcfRow } from './vcf-row.ts';

type Variant = Omit<GenotypeFact, 'zygosity'>;

/** Stands for the allele's own text: no base, so that no question's allele equals it, and nothing of the file. */
export const symbolicAlternate = '<symbolic>';

/** Whole numbers of an INFO key, without their sign; what is none is left out. */
function lengthsOf(value: string): readonly number[] {
	return value
		.split(',')
		.filter((one) => /^[+-]?\d{1,10}$/.test(one))
		.map((one) => Math.abs(Number(one)));
}

/**
 * The last base of the reference that a row's symbolic alleles may reach, 1-based: the farthest of REF, END and SVLEN.
 * An insertion's SVLEN counts bases that the reference does not have.
 *
 * Source  VCF 4.5, section 3: END and SVLEN.
 */
function lastBase(row: VcfRow, alternate: string, info: (key: string) => string): number {
	const lengths = /^<INS\b/i.test(alternate) ? [] : lengthsOf(info('SVLEN'));
	return Math.max(
		row.position + row.ref.length - 1,
		...lengthsOf(info('END')),
		...lengths.map((length) => row.position + length),
	);
}

/**
 * One variant a gene: the one that INFO names, and every one whose region the allele reaches, with the consequence
 * unknown there. None where it reaches no gene: no question is about such an allele.
 */
export function symbolicVariants(
	row: VcfRow,
	alternate: string,
	of: {
		readonly named: Variant;
		readonly info: (key: string) => string;
		readonly vocabulary: Vocabulary;
	},
): readonly Variant[] {
	const { assembly, contig } = of.named;
	const named = { ...of.named, position: row.position, ref: row.ref, alt: symbolicAlternate };
	const end = lastBase(row, alternate, of.info);
	const reached = of.vocabulary
		.genesAt({ assembly, contig, start: row.position, end })
		.filter((gene) => gene !== named.gene)
		.map((gene) => ({ ...named, gene, consequence: null }));
	return named.gene === null ? reached : [named, ...reached];
}
