// When a gene or variant fact is true, false and unknown: every combination of call, annotation and examination.

import { describe, expect, it } from 'vitest';
import { sampleDictionary } from '../dictionary/sample-dictionary.ts';
import type { GeneFact, VariantFact } from '../query/query.ts';
import { geneTruth, variantTruth } from './genome-truth.ts';
import type { GenomeExam, GenotypeFact } from './patient-record.ts';
import { blank, r132h } from './sample-patient.ts';
import type { Truth } from './truth.ts';

const whole: GenomeExam = { assembly: 'GRCh38', genes: 'all', variants: 'all' };
const panel = (...genes: readonly string[]): GenomeExam => ({ ...whole, genes });
/** As a MAF's: insertions and deletions are there, and cannot be told apart by position. */
const noIndels: GenomeExam = { ...whole, variants: 'substitutions' };

const plain: GeneFact = { symbol: 'IDH1' };
const missense: GeneFact = { symbol: 'IDH1', consequence: ['missense_variant', 'stop_gained'] };
const both: GeneFact = { ...missense, significance: ['pathogenic'] };

describe('geneTruth', () => {
	it.each<[string, GeneFact, readonly GenotypeFact[], readonly GenomeExam[], Truth]>([
		['no genome', plain, [], [], null],
		['a genome without variants', plain, [], [whole], false],
		['a panel with the gene', plain, [], [panel('EGFR', 'IDH1')], false],
		['a panel without the gene', plain, [], [panel('EGFR')], null],
		['an empty panel', plain, [], [panel()], null],
		['a genome of substitutions', plain, [], [noIndels], false],
		['an indel of unknown anchor', plain, [r132h('het', { ref: 'N', alt: 'NAC' })], [noIndels], true],
		['a panel without and a panel with', plain, [], [panel('EGFR'), panel('IDH1')], false],
		['one het variant', plain, [r132h('het')], [whole], true],
		['one hom variant', plain, [r132h('hom')], [whole], true],
		['a variant that no examination explains', plain, [r132h('het')], [], true],
		['a variant of another gene', plain, [r132h('het', { gene: 'EGFR' })], [whole], false],
		['a variant of no gene', plain, [r132h('het', { gene: null })], [whole], false],
		['a site not called', plain, [r132h('missing')], [whole], null],
		['a site not called of another gene', plain, [r132h('missing', { gene: 'EGFR' })], [whole], false],
		[
			'a site not called and another carried',
			plain,
			[r132h('missing'), r132h('het', { position: 5 })],
			[whole],
			true,
		],
		['a consequence that fits', missense, [r132h('het')], [whole], true],
		[
			'a consequence that does not fit',
			missense,
			[r132h('het', { consequence: 'synonymous_variant' })],
			[whole],
			false,
		],
		[
			'a consequence that does not fit, on a panel without the gene',
			missense,
			[r132h('het', { consequence: 'synonymous_variant' })],
			[panel('EGFR')],
			null,
		],
		['no consequence said', missense, [r132h('het', { consequence: null })], [whole], null],
		['no consequence said, none asked', plain, [r132h('het', { consequence: null })], [whole], true],
		[
			'no consequence said, and one that fits',
			missense,
			[r132h('het', { consequence: null }), r132h('hom', { position: 5 })],
			[whole],
			true,
		],
		['a fitting site not called', missense, [r132h('missing')], [whole], null],
		[
			'a site not called that would not fit',
			missense,
			[r132h('missing', { consequence: 'synonymous_variant' })],
			[whole],
			false,
		],
		[
			'a site not called and not annotated',
			missense,
			[r132h('missing', { consequence: null })],
			[whole],
			null,
		],
		['both fit', both, [r132h('het')], [whole], true],
		['one of two fits', both, [r132h('het', { significance: 'benign' })], [whole], false],
		['one fits, one unsaid', both, [r132h('het', { significance: null })], [whole], null],
		[
			'one contradicts, one unsaid',
			both,
			[r132h('het', { consequence: null, significance: 'benign' })],
			[whole],
			false,
		],
		[
			'lists met by two variants, by neither alone',
			both,
			[
				r132h('het', { significance: 'benign' }),
				r132h('het', { position: 5, consequence: 'synonymous_variant' }),
			],
			[whole],
			false,
		],
		[
			'one allele called by one source and not by another',
			missense,
			[r132h('missing'), r132h('het')],
			[whole],
			true,
		],
		[
			'one allele called as not fitting by one source, not called and not annotated by another',
			missense,
			[r132h('missing', { consequence: null }), r132h('het', { consequence: 'synonymous_variant' })],
			[whole],
			false,
		],
		[
			'two alternate alleles of one site, one not called',
			missense,
			[r132h('missing', { alt: 'A' }), r132h('het', { consequence: 'synonymous_variant' })],
			[whole],
			null,
		],
	])('with %s: case %#', (_, fact, genotypes, genomes, expected) => {
		const patient = { ...blank, examined: { ...blank.examined, genomes }, genotypes };
		expect(geneTruth(fact, patient)).toBe(expected);
		expect(geneTruth(fact, { ...patient, genotypes: genotypes.toReversed() })).toBe(expected);
	});
});

const asked: VariantFact = { assembly: 'GRCh38', contig: '2', position: 208_248_388, ref: 'C', alt: 'T' };

describe('variantTruth', () => {
	it.each<[string, readonly GenotypeFact[], readonly GenomeExam[], Truth]>([
		['no genome', [], [], null],
		['a whole genome', [], [whole], false],
		['a whole genome of another assembly', [], [{ ...whole, assembly: 'GRCh37' }], null],
		['a panel with the gene of the place', [], [panel('IDH1')], false],
		['a panel with another gene', [], [panel('EGFR')], null],
		['a panel with a gene of unknown place', [], [panel('IDH2')], null],
		['a panel with a gene the dictionary lacks', [], [panel('NOVEL')], null],
		['a panel of another assembly', [], [{ ...whole, assembly: 'GRCh37', genes: ['IDH1'] }], null],
		['the allele het', [r132h('het')], [whole], true],
		['the allele hom, in no gene', [r132h('hom', { gene: null })], [], true],
		['the allele not called', [r132h('missing')], [whole], null],
		[
			'the allele carried in one source, not called in another',
			[r132h('missing'), r132h('het')],
			[whole],
			true,
		],
		['another alternate allele', [r132h('het', { alt: 'A' })], [whole], false],
		['another reference', [r132h('het', { ref: 'G' })], [whole], false],
		['another position', [r132h('het', { position: 208_248_389 })], [whole], false],
		['another contig', [r132h('het', { contig: '3' })], [whole], false],
		['the same place of another assembly', [r132h('het', { assembly: 'GRCh37' })], [whole], false],
		['a genome of substitutions', [], [noIndels], false],
		['a panel of substitutions with the gene of the place', [], [{ ...noIndels, genes: ['IDH1'] }], false],
		['a panel of substitutions with another gene', [], [{ ...noIndels, genes: ['EGFR'] }], null],
		['an insertion of unknown anchor at the place', [r132h('het', { ref: 'N', alt: 'NAC' })], [whole], false],
		['a reference base that is not said', [r132h('het', { ref: 'N' })], [whole], null],
		['an alternate base that is not said, not called', [r132h('missing', { alt: 'N' })], [whole], null],
		['an unsaid base beside the allele itself', [r132h('het', { ref: 'N' }), r132h('het')], [whole], true],
	])('with %s', (_, genotypes, genomes, expected) => {
		const patient = { ...blank, examined: { ...blank.examined, genomes }, genotypes };
		expect(variantTruth(asked, patient, sampleDictionary)).toBe(expected);
		expect(variantTruth(asked, { ...patient, genotypes: genotypes.toReversed() }, sampleDictionary)).toBe(
			expected,
		);
	});

	it.each([
		[208_236_227, false],
		[208_266_074, false],
		[208_236_226, null],
		[208_266_075, null],
	])('takes a panel to cover a gene from its first to its last base: %d', (position, expected) => {
		const patient = { ...blank, examined: { ...blank.examined, genomes: [panel('IDH1')] } };
		expect(variantTruth({ ...asked, position }, patient, sampleDictionary)).toBe(expected);
	});
});

describe('variantTruth of an allele that is no one-base substitution', () => {
	const at100 = { assembly: 'GRCh38', contig: '7', position: 100 } as const;
	const insertion: VariantFact = { ...at100, ref: 'C', alt: 'CAC' };
	const deletion: VariantFact = { ...at100, ref: 'CAC', alt: 'C' };
	const mixed: VariantFact = { ...at100, ref: 'CA', alt: 'T' };
	const double: VariantFact = { ...at100, ref: 'CA', alt: 'TG' };
	const carried = (change: Partial<GenotypeFact>): GenotypeFact => r132h('het', { ...at100, ...change });

	it.each<[string, VariantFact, readonly GenotypeFact[], readonly GenomeExam[], Truth]>([
		['an insertion, a whole genome', insertion, [], [whole], false],
		['an insertion, a genome of substitutions', insertion, [], [noIndels], null],
		['an insertion, both genomes', insertion, [], [noIndels, whole], false],
		['an insertion, none', insertion, [], [], null],
		['a deletion, a genome of substitutions', deletion, [], [noIndels], null],
		['a deletion with an insertion, a genome of substitutions', mixed, [], [noIndels], null],
		['two bases for two, a genome of substitutions', double, [], [noIndels], false],
		['two bases for two, carried', double, [carried(double)], [noIndels], true],
		['a deletion with an insertion, carried', mixed, [carried(mixed)], [noIndels], true],
		['an insertion, carried with its anchor', insertion, [carried(insertion)], [noIndels], true],
		['an insertion, not called', insertion, [carried({ ...insertion, zygosity: 'missing' })], [whole], null],
		[
			'an insertion, carried without its anchor',
			insertion,
			[carried({ ref: 'N', alt: 'NAC' })],
			[noIndels],
			null,
		],
		[
			'an insertion, carried without its anchor in one source and ruled out by another',
			insertion,
			[carried({ ref: 'N', alt: 'NAC' })],
			[noIndels, whole],
			null,
		],
		['an insertion, another one carried', insertion, [carried({ ref: 'N', alt: 'NAG' })], [whole], false],
		['an insertion, a longer one carried', insertion, [carried({ ref: 'N', alt: 'NACA' })], [whole], false],
		[
			'an insertion, one carried elsewhere',
			insertion,
			[carried({ ref: 'N', alt: 'NAC', position: 101 })],
			[whole],
			false,
		],
		['a deletion, carried without its anchor', deletion, [carried({ ref: 'NAC', alt: 'N' })], [whole], null],
		['a deletion, one of other bases carried', deletion, [carried({ ref: 'NAG', alt: 'N' })], [whole], false],
	])('with %s', (_, fact, genotypes, genomes, expected) => {
		const patient = { ...blank, examined: { ...blank.examined, genomes }, genotypes };
		expect(variantTruth(fact, patient, sampleDictionary)).toBe(expected);
	});
});
