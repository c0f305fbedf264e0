// Says whether a patient carries a variant or a variant of a gene, and when that is not known.

import type { Dictionary } from '../dictionary/dictionary.ts';
import { dictionaryLookup } from '../dictionary/dictionary-lookup.ts';
import type { GeneFact, VariantFact } from '../query/query.ts';
import type { GenomeExam, GenotypeFact, PatientRecord } from './patient-record.ts';
import { allOf, anyOf, type Truth } from './truth.ts';

/**
 * True if a carried variant of the gene fits both lists; else unknown if one may fit (it was not called, or a list is
 * given where the variant's annotation is absent); else false if an examination covered the gene; else unknown.
 */
export function geneTruth(fact: GeneFact, patient: PatientRecord): Truth {
	const ofGene = patient.genotypes.filter(({ gene }) => gene === fact.symbol);
	const found = anyOf(
		carrierWins(ofGene).map((genotype) =>
			allOf([
				isCarried(genotype),
				isListed(genotype.consequence, fact.consequence),
				isListed(genotype.significance, fact.significance),
			]),
		),
	);
	if (found !== false) return found;
	return patient.examined.genomes.some((exam) => coversGene(exam, fact.symbol)) ? false : null;
}

/**
 * True if the very allele is carried; unknown if it was not called, or one is carried that may be it, since some of its
 * bases are not said; false if an examination of that place could have found it; else unknown.
 */
export function variantTruth(fact: VariantFact, patient: PatientRecord, dictionary: Dictionary): Truth {
	const found = anyOf(
		patient.genotypes.map((genotype) => allOf([isSameAllele(genotype, fact), isCarried(genotype)])),
	);
	if (found !== false) return found;
	const decides = (exam: GenomeExam): boolean =>
		coversPlace(exam, fact, dictionary) && (exam.variants === 'all' || isSubstitution(fact));
	return patient.examined.genomes.some(decides) ? false : null;
}

/** As many bases as the reference: a MAF writes these whole, its DNP, TNP and ONP rows included. */
function isSubstitution({ ref, alt }: VariantFact): boolean {
	return ref.length === alt.length;
}

function isSameAllele(known: GenotypeFact, asked: VariantFact): Truth {
	const isThere =
		known.assembly === asked.assembly && known.contig === asked.contig && known.position === asked.position;
	return allOf([isThere, areSameBases(known.ref, asked.ref), areSameBases(known.alt, asked.alt)]);
}

/** A question has no `N`; one in a source is any base. */
function areSameBases(known: string, asked: string): Truth {
	if (known.length !== asked.length) return false;
	const bases = [...known].map((base, at) => (base === 'N' ? null : base === asked[at]));
	return allOf(bases);
}

function isCarried({ zygosity }: GenotypeFact): Truth {
	return zygosity === 'missing' ? null : true;
}

function isListed(term: string | null, list: readonly string[] | undefined): Truth {
	if (list === undefined) return true;
	return term === null ? null : list.includes(term);
}

/** Two sources may disagree on one allele: where one of them called it, the other's missing call says nothing. */
function carrierWins(genotypes: readonly GenotypeFact[]): readonly GenotypeFact[] {
	const carried = new Set(genotypes.filter(({ zygosity }) => zygosity !== 'missing').map(alleleKey));
	return genotypes.filter((genotype) => genotype.zygosity !== 'missing' || !carried.has(alleleKey(genotype)));
}

function alleleKey({ assembly, contig, position, ref, alt }: VariantFact): string {
	return [assembly, contig, position, ref, alt].join(' ');
}

function coversGene({ genes }: GenomeExam, symbol: string): boolean {
	return genes === 'all' || genes.includes(symbol);
}

function coversPlace(exam: GenomeExam, place: VariantFact, dictionary: Dictionary): boolean {
	if (exam.assembly !== place.assembly) return false;
	if (exam.genes === 'all') return true;
	const { genes } = dictionaryLookup(dictionary);
	return exam.genes.some((symbol) =>
		(genes.get(symbol)?.regions ?? []).some(
			({ assembly, contig, start, end }) =>
				assembly === place.assembly &&
				contig === place.contig &&
				start <= place.position &&
				place.position <= end,
		),
	);
}
