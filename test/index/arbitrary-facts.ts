// Random patients over a dictionary: nulls, several values, equal days, values out of bounds, sites not called, panels.

import type {
	Dictionary,
	Element,
	GenomeExam,
	GenotypeFact,
	PatientRecord,
	ValueFact,
	Zygosity,
} from '@cordon/shared';
import fc from 'fast-check';

/** The part of a dictionary that random records and questions speak of: small, so that they often meet. */
export interface Vocabulary {
	readonly elements: readonly Element[];
	readonly genes: readonly string[];
	readonly conditions: readonly string[];
	readonly modalities: readonly string[];
	readonly bodyParts: readonly string[];
	readonly consequences: readonly string[];
	readonly significances: readonly string[];
	readonly assemblies: readonly string[];
	readonly alleles: readonly Allele[];
}

export type Allele = Pick<GenotypeFact, 'assembly' | 'contig' | 'position' | 'ref' | 'alt'>;

/** Substitutions of one base and of two, an insertion, a deletion. */
const shapes: readonly (readonly [ref: string, alt: string])[] = [
	['C', 'T'],
	['C', 'CAG'],
	['CA', 'TG'],
	['CAG', 'C'],
];

export function vocabularyOf(dictionary: Dictionary): Vocabulary {
	const genes = dictionary.genes.slice(0, 2);
	const step = Math.ceil(dictionary.elements.length / 6);
	return {
		// Spread over the list, which is ordered by class.
		elements: dictionary.elements.filter((_element, at) => at % step === 0),
		genes: genes.map(({ symbol }) => symbol),
		// The dictionary lists ancestors before what is below them.
		conditions: dictionary.conditions.slice(0, 8).map(({ id }) => id),
		modalities: dictionary.modalities.slice(0, 2),
		bodyParts: dictionary.bodyParts.slice(0, 2),
		consequences: dictionary.consequences.slice(0, 2),
		significances: dictionary.significances.slice(0, 2),
		assemblies: dictionary.assemblies,
		alleles: genes.flatMap(({ regions }) =>
			regions.flatMap(({ assembly, contig, start, end }) =>
				// At the edges of a region, inside it, and just outside of it.
				[start, end, Math.floor((start + end) / 2), start - 1, end + 1].map((position, at) => {
					const [ref = '', alt = ''] = shapes[at % shapes.length] ?? [];
					return { assembly, contig, position, ref, alt };
				}),
			),
		),
	};
}

export function arbitraryRecords(
	words: Vocabulary,
	size: { readonly minLength: number; readonly maxLength: number },
): fc.Arbitrary<readonly PatientRecord[]> {
	return fc
		.array(arbitraryRecord(words), size)
		.map((records) => records.map((record, index) => ({ ...record, patient: `patient-${index}` })));
}

function arbitraryRecord(words: Vocabulary): fc.Arbitrary<PatientRecord> {
	return fc.record({
		patient: fc.constant(''),
		examined: fc.record({
			image: fc.boolean(),
			clinical: fc.boolean(),
			genomes: fc.array(
				fc.record({
					assembly: fc.constantFrom(...words.assemblies),
					genes: fc.oneof(fc.constant<'all'>('all'), fc.subarray([...words.genes, 'ELSEWHERE'])),
					variants: fc.constantFrom<GenomeExam['variants']>('all', 'substitutions'),
				}),
				{ maxLength: 2 },
			),
		}),
		series: fc.array(
			fc.record({
				modality: fc.constantFrom(...words.modalities),
				bodyPart: fc.option(fc.constantFrom(...words.bodyParts)),
				contrast: fc.option(fc.boolean()),
			}),
			{ maxLength: 3 },
		),
		values: fc.array(arbitraryValue(words), { maxLength: 8 }),
		genotypes: fc.array(arbitraryGenotypes(words), { maxLength: 4 }).map((groups) => groups.flat()),
		conditions: fc.array(fc.constantFrom(...words.conditions, 'unlisted'), { maxLength: 2 }),
	});
}

/** One allele as one source has it, and now and then as a second one does that annotates or calls it differently. */
function arbitraryGenotypes(words: Vocabulary): fc.Arbitrary<readonly GenotypeFact[]> {
	const gene = fc.option(fc.constantFrom(...words.genes), { freq: 8 });
	const source = fc.record({
		consequence: fc.option(fc.constantFrom(...words.consequences), { freq: 3 }),
		significance: fc.option(fc.constantFrom(...words.significances), { freq: 3 }),
		zygosity: fc.constantFrom<Zygosity>('het', 'hom', 'missing'),
	});
	return fc
		.tuple(arbitraryAllele(words), gene, fc.array(source, { minLength: 1, maxLength: 2 }))
		.map(([allele, symbol, sources]) => sources.map((rest) => ({ ...allele, gene: symbol, ...rest })));
}

/** Now and then with a first base that the source does not say, as an insertion has in a MAF, or another base. */
function arbitraryAllele(words: Vocabulary): fc.Arbitrary<Allele> {
	const first = fc.constantFrom('as it is', 'as it is', 'N', 'G');
	return fc.tuple(fc.constantFrom(...words.alleles), first, fc.boolean()).map(([allele, base, inAlt]) => {
		if (base === 'as it is') return allele;
		const [ref, alt] = [base + allele.ref.slice(1), base + allele.alt.slice(1)];
		return { ...allele, ref, alt: inAlt ? alt : allele.alt };
	});
}

function arbitraryValue(words: Vocabulary): fc.Arbitrary<ValueFact> {
	return fc.constantFrom(...words.elements).chain((element) =>
		fc.record({
			element: fc.constant(element.id),
			value: valueOfElement(element),
			day: fc.option(fc.integer({ min: -1, max: 1 }), { freq: 3 }),
		}),
	);
}

/** Mostly values of the element, some on its edges; now and then one of the wrong type. */
function valueOfElement(element: Element): fc.Arbitrary<number | string> {
	const known = element.type === 'number' ? arbitraryNumber(element.bins) : codes(element.values);
	return fc.oneof(
		{ weight: 12, arbitrary: known },
		{ weight: 1, arbitrary: fc.constantFrom<number | string>(0, 'unlisted', '') },
	);
}

function codes(values: readonly { readonly id: string }[]): fc.Arbitrary<number | string> {
	return fc.constantFrom(...values.map(({ id }) => id));
}

/** On an edge, between two, or far outside of them. */
export function arbitraryNumber(edges: readonly number[]): fc.Arbitrary<number> {
	const low = edges[0] ?? 0;
	const high = edges.at(-1) ?? 0;
	const width = high - low;
	return fc.oneof(
		fc.constantFrom(...edges),
		fc.double({ min: low - width / 4, max: high + width / 4, noNaN: true }),
		fc.constantFrom(-1e300, 1e300, 5e-324, -0),
	);
}
