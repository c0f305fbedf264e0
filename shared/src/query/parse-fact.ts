// Decides whether one fact of a question means something: every name in the dictionary, every allele well written.

import type { z } from 'zod';
import type { Path } from './input-issues.ts';
import { parseElementFact } from './parse-element-fact.ts';
import type { ConditionFact, Fact, GeneFact, ImagingFact, VariantFact } from './query.ts';
import { conditionSchema, geneSchema, imagingSchema, variantSchema } from './question-schema.ts';
import { checkNames, type Reading, readObject } from './read-object.ts';

export const factKeys = ['imaging', 'element', 'gene', 'variant', 'condition'] as const;

type FactKey = (typeof factKeys)[number];

const contigs: readonly string[] = [...Array.from({ length: 22 }, (_, at) => String(at + 1)), 'X', 'Y', 'MT'];

/** One fact whose kind is known; null after noting what is wrong with it. */
export function parseFact(key: FactKey, input: unknown, path: Path, reading: Reading): Fact | null {
	switch (key) {
		case 'imaging':
			return wrap(parseImaging(input, path, reading), (imaging) => ({ imaging }));
		case 'element':
			return wrap(parseElementFact(input, path, reading), (element) => ({ element }));
		case 'gene':
			return wrap(parseGene(input, path, reading), (gene) => ({ gene }));
		case 'variant':
			return wrap(parseVariant(input, path, reading), (variant) => ({ variant }));
		case 'condition':
			return wrap(parseCondition(input, path, reading), (condition) => ({ condition }));
	}
}

/** A contig as the dictionary writes it, without `chr`; null where it is no contig of a human genome. */
export function normalContig(contig: string): string | null {
	const bare = contig.replace(/^chr/i, '').toUpperCase();
	const name = bare === 'M' ? 'MT' : bare;
	return contigs.includes(name) ? name : null;
}

function wrap<T>(fact: T | null, make: (fact: T) => Fact): Fact | null {
	return fact === null ? null : make(fact);
}

function parseImaging(input: unknown, path: Path, { dictionary, issues }: Reading): ImagingFact | null {
	const fact = readObject(imagingSchema, input, path, issues);
	if (fact === null) return null;
	if (Object.keys(fact).length === 0) {
		issues.add(path, 'give at least one of modality, bodyPart, contrast');
		return null;
	}
	const { modality, bodyPart } = fact;
	const checks = [
		{ given: modality, valid: dictionary.modalities, path: [...path, 'modality'], what: 'modality' },
		{ given: bodyPart, valid: dictionary.bodyParts, path: [...path, 'bodyPart'], what: 'body part' },
	];
	for (const { given, valid, path: at, what } of checks) {
		if (given !== undefined && !valid.includes(given)) issues.addUnknown(at, what, given, valid);
	}
	return fact;
}

function parseGene(input: unknown, path: Path, { dictionary, lookup, issues }: Reading): GeneFact | null {
	const fact = readObject(geneSchema, input, path, issues);
	if (fact === null) return null;
	if (!lookup.genes.has(fact.symbol)) {
		issues.addUnknown([...path, 'symbol'], 'gene', fact.symbol, [...lookup.genes.keys()]);
	}
	const lists = [
		{ given: fact.consequence, valid: dictionary.consequences, what: 'consequence' },
		{ given: fact.significance, valid: dictionary.significances, what: 'significance' },
	];
	for (const { given, valid, what } of lists) {
		checkNames(given ?? [], valid, { path: [...path, what], what }, issues);
	}
	return fact;
}

function parseVariant(input: unknown, path: Path, { dictionary, issues }: Reading): VariantFact | null {
	const given = readObject(variantSchema, input, path, issues);
	if (given === null) return null;
	if (!dictionary.assemblies.includes(given.assembly)) {
		issues.addUnknown([...path, 'assembly'], 'assembly', given.assembly, dictionary.assemblies);
	}
	const contig = normalContig(given.contig);
	if (contig === null) issues.addUnknown([...path, 'contig'], 'contig', given.contig, contigs);
	const [ref, alt] = [given.ref.toUpperCase(), given.alt.toUpperCase()];
	for (const [key, allele] of [
		['ref', ref],
		['alt', alt],
	] as const) {
		if (!/^[ACGT]+$/.test(allele))
			issues.add([...path, key], 'an allele is written in the bases A, C, G and T');
	}
	if (ref === alt) issues.add([...path, 'alt'], 'the alternate allele equals the reference');
	return contig === null ? null : { assembly: given.assembly, contig, position: given.position, ref, alt };
}

function parseCondition(input: unknown, path: Path, { lookup, issues }: Reading): ConditionFact | null {
	const fact: z.output<typeof conditionSchema> | null = readObject(conditionSchema, input, path, issues);
	if (fact === null) return null;
	if (!lookup.conditions.has(fact.code)) {
		issues.addUnknown([...path, 'code'], 'condition', fact.code, [...lookup.conditions.keys()]);
	}
	return fact;
}
