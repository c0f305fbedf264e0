// Gives a variant whose source names no gene of the dictionary the genes it lies in, so that no carrier counts as none.

import type { GenotypeFact } from '@cordon/shared';
import type { Vocabulary } from './source-reader.ts';

type Variant = Omit<GenotypeFact, 'zygosity'>;

/**
 * One variant a gene whose region holds one of the reference's bases; none outside all regions. Without them a
 * question for the gene would find the carrier examined and without a variant: false, where it is true.
 *
 * The consequence becomes null, unknown, even where the source says one: it is the effect on a gene, and this may be
 * another one. The significance is the allele's own and stays.
 */
export function genesByPosition<T extends Variant>(variant: T, vocabulary: Vocabulary): readonly T[] {
	const { assembly, contig, position, ref } = variant;
	const genes = vocabulary.genesAt({ assembly, contig, start: position, end: position + ref.length - 1 });
	return genes.map((gene) => ({ ...variant, gene, consequence: null }));
}
