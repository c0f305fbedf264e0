// Says which of the dictionary's genes lie at a place of a genome, for sources and questions that name only places.

import type { Dictionary } from './dictionary.ts';
import { dictionaryLookup } from './dictionary-lookup.ts';

export interface GenomeSpan {
	readonly assembly: string;
	/** As the dictionary writes it, without `chr`. */
	readonly contig: string;
	/** 1-based, both in the span. */
	readonly start: number;
	readonly end: number;
}

/** Symbols of the genes with a region on that assembly that shares a base with the span, each once, sorted. */
export function genesAt(dictionary: Dictionary, span: GenomeSpan): readonly string[] {
	const regions = dictionaryLookup(dictionary).regionsOn.get(contigKey(span)) ?? [];
	const found = regions.filter(({ start, end }) => start <= span.end && span.start <= end);
	return [...new Set(found.map(({ symbol }) => symbol))].sort();
}

function contigKey({ assembly, contig }: GenomeSpan): string {
	return `${assembly} ${contig}`;
}
