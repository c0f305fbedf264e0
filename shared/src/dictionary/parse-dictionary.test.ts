// Which dictionaries are refused, and where the mistake is said to be.

import { describe, expect, it } from 'vitest';
import type { InputIssue } from '../query/query.ts';
import type { Result } from '../result.ts';
import { dictionaryHash } from './dictionary-hash.ts';
import { findCycle } from './find-cycle.ts';
import { parseDictionary } from './parse-dictionary.ts';
import { sampleDictionary } from './sample-dictionary.ts';

function issuesOf(result: Result<unknown, readonly InputIssue[]>): readonly InputIssue[] {
	return result.ok ? [] : result.error;
}

function pathsOf(change: object): readonly string[] {
	return issuesOf(parseDictionary({ ...sampleDictionary, ...change })).map(({ path }) => path);
}

const [volume, age, mgmt] = sampleDictionary.elements;
const [idh1] = sampleDictionary.genes;
const [brain, frontal] = sampleDictionary.conditions;

describe('parseDictionary', () => {
	it('gives back a sound dictionary unchanged', () => {
		expect(parseDictionary(structuredClone(sampleDictionary))).toEqual({ ok: true, value: sampleDictionary });
	});

	it.each<[string, object, string]>([
		['an unknown key', { colour: 1 }, '/colour'],
		['another version of the format', { cordon: 2 }, '/cordon'],
		['two elements of one id', { elements: [age, age] }, '/elements/1'],
		['two genes of one symbol', { genes: [idh1, idh1] }, '/genes/1'],
		['two conditions of one id', { conditions: [brain, brain] }, '/conditions/1'],
		['a modality listed twice', { modalities: ['MR', 'MR'] }, '/modalities/1'],
		['bins that start above the low bound', { elements: [{ ...age, bins: [10, 90] }] }, '/elements/0/bins'],
		['bins that end below the high bound', { elements: [{ ...age, bins: [0, 80] }] }, '/elements/0/bins'],
		['bins that do not ascend', { elements: [{ ...age, bins: [0, 50, 50, 90] }] }, '/elements/0/bins/2'],
		[
			'bounds that are one point',
			{ elements: [{ ...age, bounds: [0, 0], bins: [0, 0] }] },
			'/elements/0/bounds',
		],
		['a number with values', { elements: [{ ...age, values: [] }] }, '/elements/0/values'],
		['a code without values', { elements: [{ ...mgmt, values: [] }] }, '/elements/0/values'],
		[
			'a value named like the category of the unknown',
			{ elements: [{ ...mgmt, values: [{ id: 'unknown', title: 'Unknown' }] }] },
			'/elements/0/values/0/id',
		],
		[
			'one standard code for two elements',
			{ elements: [volume, { ...volume, id: 'other' }] },
			'/elements/1/code',
		],
		[
			'a parent that is no condition',
			{ conditions: [{ ...brain, parents: ['C70'] }] },
			'/conditions/0/parents/0',
		],
		[
			"conditions that are each other's ancestors",
			{ conditions: [{ ...brain, parents: ['C71.1'] }, frontal] },
			'/conditions/0/parents',
		],
		[
			'a region of an unknown assembly',
			{ genes: [{ symbol: 'A', regions: [{ assembly: 'hg18', contig: '1', start: 1, end: 2 }] }] },
			'/genes/0/regions/0/assembly',
		],
		[
			'a region that ends before it starts',
			{ genes: [{ symbol: 'A', regions: [{ assembly: 'GRCh38', contig: '1', start: 3, end: 2 }] }] },
			'/genes/0/regions/0/end',
		],
		[
			'a contig with the prefix chr',
			{ genes: [{ symbol: 'A', regions: [{ assembly: 'GRCh38', contig: 'chr1', start: 1, end: 2 }] }] },
			'/genes/0/regions/0/contig',
		],
		[
			'a title longer than a line',
			{ conditions: [{ ...brain, title: 'x'.repeat(201) }] },
			'/conditions/0/title',
		],
	])('refuses %s', (_, change, path) => {
		expect(pathsOf(change)).toContain(path);
	});

	it('names the nearest condition for a misspelt parent', () => {
		const conditions = [{ ...brain }, { ...frontal, parents: ['C7l'] }];
		const [issue] = issuesOf(parseDictionary({ ...sampleDictionary, conditions }));
		expect(issue?.nearest[0]).toBe('C71');
	});

	it.each([null, 'text', 3, [], undefined])('refuses %j, which is no object', (input) => {
		expect(issuesOf(parseDictionary(input))).toHaveLength(1);
	});

	it('says no more than 32 issues', () => {
		const keys = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key${at}`, at]));
		expect(issuesOf(parseDictionary({ ...sampleDictionary, ...keys }))).toHaveLength(32);
	});
});

describe('dictionaryHash', () => {
	it('is the same for the same content in another key order', () => {
		const reordered = Object.fromEntries(Object.entries(sampleDictionary).reverse());
		const parsed = parseDictionary(reordered);
		expect(parsed.ok && dictionaryHash(parsed.value)).toBe(dictionaryHash(sampleDictionary));
	});

	it('changes with one bin edge', () => {
		const elements = sampleDictionary.elements.map((e) =>
			e.type === 'number' ? { ...e, bins: e.bounds } : e,
		);
		expect(dictionaryHash({ ...sampleDictionary, elements })).not.toBe(dictionaryHash(sampleDictionary));
	});
});

describe('findCycle', () => {
	it('finds no cycle where two ways lead to one ancestor', () => {
		expect(
			findCycle(
				new Map([
					['a', []],
					['b', ['a']],
					['c', ['a']],
					['d', ['b', 'c']],
				]),
			),
		).toBeNull();
	});

	it('names a member of the cycle, not one that only hangs below it', () => {
		const cycle = findCycle(
			new Map([
				['below', ['x']],
				['x', ['y']],
				['y', ['x']],
			]),
		);
		expect(['x', 'y']).toContain(cycle);
	});

	it('finds a name that is its own parent', () => {
		expect(findCycle(new Map([['a', ['a']]]))).toBe('a');
	});
});
