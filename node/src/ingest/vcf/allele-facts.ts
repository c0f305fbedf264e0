// Turns one VCF row into the genotype facts of its alternate alleles: names, effect and significance of each.

import type { GenotypeFact, Zygosity } from '@cordon/shared';
import type { VcfSource } from '../source-config.ts';
import type { Vocabulary } from '../source-reader.ts';
import { normalizeContig, trimAllele } from './normalize-allele.ts';
import { isSequence, type VcfRow } from './vcf-row.ts';

/** The facts that one alternate allele can give, made once a row and shared by its carriers. */
export type AlleleFacts = Readonly<Record<Zygosity, GenotypeFact>>;

export interface AnnotatedAlleles {
	/** By number of the alternate in the row, from 0; null where it is no sequence (`*`, `<DEL>`, a breakend). */
	readonly facts: readonly (AlleleFacts | null)[];
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
	const facts = row.alternates.map((alternate, at) => {
		if (!isSequence(alternate)) return null;
		return factsOf({
			assembly: config.assembly,
			contig: normalizeContig(row.contig),
			...trimAllele({ position: row.position, ref: row.ref, alt: alternate }),
			gene: translate('gene', genes[at], vocabulary.gene),
			consequence: translate('consequence', consequences[at], (terms) => consequenceOf(terms, vocabulary)),
			significance: translate('significance', significances[at], vocabulary.significance),
		});
	});
	return { facts, unmapped };
}

function factsOf(variant: Omit<GenotypeFact, 'zygosity'>): AlleleFacts {
	return {
		het: { ...variant, zygosity: 'het' },
		hom: { ...variant, zygosity: 'hom' },
		missing: { ...variant, zygosity: 'missing' },
	};
}
