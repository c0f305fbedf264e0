// Finds what a name of the dictionary means without walking its lists; the maps are built once a dictionary.

import type { ConditionEntry, Dictionary, Element, GeneEntry } from './dictionary.ts';

export interface DictionaryLookup {
	readonly elements: ReadonlyMap<string, Element>;
	/** Elements by `codeKey` of their standard code, for sources that speak in codes. */
	readonly elementsByCode: ReadonlyMap<string, Element>;
	readonly genes: ReadonlyMap<string, GeneEntry>;
	/** Regions of genes by `<assembly> <contig>`; both ends are in the region. */
	readonly regionsOn: ReadonlyMap<string, readonly GeneRegion[]>;
	readonly conditions: ReadonlyMap<string, ConditionEntry>;
	/** Ids directly below a condition. */
	readonly childrenOf: ReadonlyMap<string, readonly string[]>;
	readonly modalities: ReadonlySet<string>;
	readonly bodyParts: ReadonlySet<string>;
	readonly consequences: ReadonlySet<string>;
	readonly significances: ReadonlySet<string>;
	readonly assemblies: ReadonlySet<string>;
}

export interface GeneRegion {
	readonly symbol: string;
	readonly start: number;
	readonly end: number;
}

/** A dictionary is immutable, so its maps can be kept for as long as it lives. */
const built = new WeakMap<Dictionary, DictionaryLookup>();

export function dictionaryLookup(dictionary: Dictionary): DictionaryLookup {
	const known = built.get(dictionary);
	if (known !== undefined) return known;
	const lookup = build(dictionary);
	built.set(dictionary, lookup);
	return lookup;
}

/** The key of `elementsByCode`: system and code of a coded concept. */
export function codeKey(system: string, code: string): string {
	return `${system}|${code}`;
}

/** The condition and all that the dictionary places below it, each once, itself first; none if unknown. */
export function conditionAndDescendants(dictionary: Dictionary, id: string): readonly string[] {
	const { conditions, childrenOf } = dictionaryLookup(dictionary);
	if (!conditions.has(id)) return [];
	const found = new Set([id]);
	// A Set's iterator also visits what is added while it runs: a walk over the whole subtree.
	for (const name of found) {
		for (const child of childrenOf.get(name) ?? []) found.add(child);
	}
	return [...found];
}

function build(dictionary: Dictionary): DictionaryLookup {
	const childrenOf = new Map<string, string[]>();
	for (const { id, parents } of dictionary.conditions) {
		for (const parent of parents) {
			const children = childrenOf.get(parent);
			if (children === undefined) childrenOf.set(parent, [id]);
			else children.push(id);
		}
	}
	return {
		elements: new Map(dictionary.elements.map((element) => [element.id, element])),
		elementsByCode: new Map(
			dictionary.elements.flatMap((element) =>
				element.code === undefined ? [] : [[codeKey(element.code.system, element.code.code), element]],
			),
		),
		genes: new Map(dictionary.genes.map((gene) => [gene.symbol, gene])),
		regionsOn: regionsOn(dictionary.genes),
		conditions: new Map(dictionary.conditions.map((condition) => [condition.id, condition])),
		childrenOf,
		modalities: new Set(dictionary.modalities),
		bodyParts: new Set(dictionary.bodyParts),
		consequences: new Set(dictionary.consequences),
		significances: new Set(dictionary.significances),
		assemblies: new Set(dictionary.assemblies),
	};
}

function regionsOn(genes: readonly GeneEntry[]): ReadonlyMap<string, readonly GeneRegion[]> {
	const found = new Map<string, GeneRegion[]>();
	for (const { symbol, regions } of genes) {
		for (const { assembly, contig, start, end } of regions) {
			const key = `${assembly} ${contig}`;
			const listed = found.get(key);
			if (listed === undefined) found.set(key, [{ symbol, start, end }]);
			else listed.push({ symbol, start, end });
		}
	}
	return found;
}
