import { describe, expect, it } from 'vitest';
import { normalizeContig, trimAllele } from './normalize-allele.ts';

describe('normalizeContig', () => {
	it.each([
		['chr2', '2'],
		['chrM', 'MT'],
		['M', 'MT'],
		['chrMT', 'MT'],
		['chrX', 'X'],
		['x', 'X'],
		['GL000192.1', 'GL000192.1'],
		['chr1_KI270706v1_random', '1_KI270706v1_random'],
	])('writes %s as %s', (name, expected) => {
		expect(normalizeContig(name)).toBe(expected);
	});
});

describe('trimAllele', () => {
	it.each([
		[100, 'C', 'T', 100, 'C', 'T'],
		[100, 'CTT', 'CT', 100, 'CT', 'C'],
		[100, 'CAG', 'CTG', 101, 'A', 'T'],
		[100, 'GCA', 'GC', 101, 'CA', 'C'],
		[100, 'C', 'CTT', 100, 'C', 'CTT'],
		[100, 'CTT', 'TTT', 100, 'C', 'T'],
		[100, 'AA', 'AA', 100, 'A', 'A'],
	])('writes %d %s>%s as %d %s>%s', (position, ref, alt, newPosition, newRef, newAlt) => {
		expect(trimAllele({ position, ref, alt })).toEqual({ position: newPosition, ref: newRef, alt: newAlt });
	});
});
