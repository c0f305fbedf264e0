// Names the categories of a variable: what a table's rows and columns are called, the same at every hospital.

import type { Dictionary } from '../dictionary/dictionary.ts';
import { dictionaryLookup } from '../dictionary/dictionary-lookup.ts';
import type { Variable } from '../query/query.ts';

/** Where a patient falls of whom the value or the truth is not known. Always the last category. */
export const unknownCategory = 'unknown';

/** A variable's categories in order. Throws on an element that the dictionary lacks: the parser lets none through. */
export function categoriesOf(variable: Variable, dictionary: Dictionary): readonly string[] {
	if (!('element' in variable)) return ['false', 'true', unknownCategory];
	const element = dictionaryLookup(dictionary).elements.get(variable.element);
	if (element === undefined) throw new Error('element is not in the dictionary');
	const known = element.type === 'number' ? binLabels(element.bins) : element.values.map(({ id }) => id);
	return [...known, unknownCategory];
}

/** `[0,10)`, `[10,20)`, ..., and `[150,200]`: the last bin holds its upper edge. */
export function binLabels(edges: readonly number[]): readonly string[] {
	return edges.slice(1).map((upper, at) => {
		const close = at === edges.length - 2 ? ']' : ')';
		return `[${edges[at]},${upper}${close}`;
	});
}
