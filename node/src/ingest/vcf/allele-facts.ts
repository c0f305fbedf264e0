// Turns one VCF row into the genotype facts of its alternate alleles: names, effect and significance of each.

import type { GenotypeFact, Zygosity } from '@cordon/shared';
import { genesByPosition } from '../genes-by-position.ts';
import type { VcfSource } from '../source-config.ts';
import type { Vocabulary } from '../source-reader.ts';
import { normalizeContig, trimAllele } from './normalize-allele.ts';
import { symbolicVariants } from './symbolic-allele.ts';
import { isSequence, type VcfRow } from './vcf-row.ts';

/** The facts that one alternate allele can give, one a gene, made once a row and shared by its carriers. */
export type AlleleFacts = Readonly<Record<Zygosity, readonly GenotypeFact[]>>;

type Variant = Omit<GenotypeFact, 'zygosity'>;

export interface AnnotatedAlleles {
	/**
	 * By number of the alternate in the row, from 0. One that is no sequence (`<DEL>`, a breakend) is `missing` for all
	 * that it may change; null for `*`, which stands for a deletion that has a row of its own.
	 */
	readonly facts: readonly (AlleleFacts | null)[];
	/** Whether an alternate has its gene from the dictionary's regions, since INFO names none that is known. */
	readonly hasGeneByPosition: boolean;
	/** `<kind> <name>` of what mapped to nothing. */
	readonly unmapped: readonly (readonly [kind: string, name: string])[];
}

export interface AlleleContext {
	readonly config: VcfSource;
	readonly perAlternate: ReadonlySet<string>;
	readonly vocabulary: Vocabulary;
}

/** The value of an INFO key; '' where it is absent, a flag or `.`. */
function infoValue(info: string, key: string): string {
	for (const entry of info.split(';')) {
		if (entry.startsWith(`${key}=`)) {
			const value = entry.slice(key.length + 1);
			return value === '.' ? '' : value;
		}
	}
	return '';
}

/**
 * One value an alternate. A key of Number=A goes by index; any other value of a row with one alternate is
 * taken whole (ClinVar writes `Pathogenic,_risk_factor`), and of a row with several only if it is one value.
 * Null: the values cannot be attributed.
 */
function perAllele(row: VcfRow, key: string, context: AlleleContext): readonly string[] | null {
	const value = infoValue(row.info, key);
	const count = row.alternates.length;
	if (context.perAlternate.has(key)) {
		const values = value === '' ? Array.from({ length: count }, () => '') : value.split(',');
		return values.length === count ? values.map((one) => (one === '.' ? '' : one)) : null;
	}
	if (count > 1 && value.includes(',')) return null;
	return Array.from({ length: count }, () => value);
}

/** VEP and SnpEff join terms by `&`, most severe first; the first that the dictionary knows counts. */
function consequenceOf(terms: string, vocabulary: Vocabulary): string | null {
	for (const term of terms.split('&')) {
		const known = vocabulary.consequence(term);
		if (known !== null) return known;
	}
	return null;
}

/** Null where INFO does not say which value belongs to which alternate (`info-malformed`). */
export function annotateAlleles(row: VcfRow, context: AlleleContext): AnnotatedAlleles | null {
	const { config, vocabulary } = context;
	const genes = perAllele(row, config.info.gene, context);
	const consequences = perAllele(row, config.info.consequence, context);
	const significances = perAllele(row, config.info.significance, context);
	if (genes === null || consequences === null || significances === null) return null;
	const unmapped: (readonly [string, string])[] = [];
	const translate = (kind: string, local: string | undefined, to: (raw: string) => string | null) => {
		if (local === undefined || local === '') return null;
		const known = to(local);
		if (known === null) unmapped.push([kind, local]);
		return known;
	};
	let hasGeneByPosition = false;
	const facts = row.alternates.map((alternate, at) => {
		if (alternate === '*') return null;
		const variant = {
			assembly: config.assembly,
			contig: normalizeContig(row.contig),
			...trimAllele({ position: row.position, ref: row.ref, alt: alternate }),
			gene: translate('gene', genes[at], vocabulary.gene),
			consequence: translate('consequence', consequences[at], (terms) => consequenceOf(terms, vocabulary)),
			significance: translate('significance', significances[at], vocabulary.significance),
		};
		if (!isSequence(alternate)) {
			const info = (key: string) => infoValue(row.info, key);
			return asNotCalled(factsOf(symbolicVariants(row, alternate, { named: variant, info, vocabulary })));
		}
		const byPosition = variant.gene === null ? genesByPosition(variant, vocabulary) : [];
		if (byPosition.length > 0) hasGeneByPosition = true;
		return factsOf(byPosition.length > 0 ? byPosition : [variant]);
	});
	return { facts, unmapped, hasGeneByPosition };
}

function factsOf(variants: readonly Variant[]): AlleleFacts {
	const as = (zygosity: Zygosity): readonly GenotypeFact[] =>
		variants.map((variant) => ({ ...variant, zygosity }));
	return { het: as('het'), hom: as('hom'), missing: as('missing') };
}

/** The file does not settle who carries the allele: its carriers are neither counted as such, nor as without it. */
export function asNotCalled({ missing }: AlleleFacts): AlleleFacts {
	return { het: missing, hom: missing, missing };
}
