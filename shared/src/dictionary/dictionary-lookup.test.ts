// What the maps of a dictionary answer, and what they say of names it lacks.

import { describe, expect, it } from 'vitest';
import { codeSystemOf } from './code-systems.ts';
import type { Dictionary } from './dictionary.ts';
import { codeKey, conditionAndDescendants, dictionaryLookup } from './dictionary-lookup.ts';
import { sampleDictionary } from './sample-dictionary.ts';

describe('conditionAndDescendants', () => {
	it.each([
		['C71', ['C71', 'C71.1', 'C71.9']],
		['C71.9', ['C71.9']],
		['C99', []],
		['__proto__', []],
	])('gives for %s %j', (id, expected) => {
		expect(conditionAndDescendants(sampleDictionary, id)).toEqual(expected);
	});

	it('names a condition once that is reached by two ways', () => {
		const entry = (id: string, ...parents: string[]) => ({ id, title: id, system: 's', parents });
		const diamond: Dictionary = {
			...sampleDictionary,
			conditions: [entry('a'), entry('b', 'a'), entry('c', 'a'), entry('d', 'b', 'c')],
		};
		expect(conditionAndDescendants(diamond, 'a')).toEqual(['a', 'b', 'c', 'd']);
	});
});

describe('dictionaryLookup', () => {
	it('finds an element by its standard code', () => {
		const { elementsByCode } = dictionaryLookup(sampleDictionary);
		expect(elementsByCode.get(codeKey('http://snomed.info/sct', '118565006'))?.id).toBe('tumor-volume');
	});

	it('is built once for one dictionary', () => {
		expect(dictionaryLookup(sampleDictionary)).toBe(dictionaryLookup(sampleDictionary));
	});
});

describe('codeSystemOf', () => {
	it('translates the designator SCT and refuses a private one', () => {
		expect(codeSystemOf('SCT')).toBe('http://snomed.info/sct');
		expect(codeSystemOf('99PRIVATE')).toBeNull();
	});
});
