// Which ways of writing a query are one query, and which are not.

import { describe, expect, it } from 'vitest';
import { canonicalQuery, queryHash } from './canonical-query.ts';
import type { Ask, Cohort, Query } from './query.ts';

const a: Cohort = { condition: { code: 'C71' } };
const b: Cohort = { gene: { symbol: 'IDH1', consequence: ['stop_gained', 'missense_variant'] } };
const c: Cohort = { element: { id: 'mgmt-methylation', in: ['unmethylated', 'methylated'] } };

function query(cohort: Cohort, ask: Ask = { count: {} }): Query {
	return { cordon: 1, cohort, ask };
}

describe('queryHash', () => {
	it.each<[string, Cohort, Cohort]>([
		['operands in another order', { all: [a, b, c] }, { all: [c, a, b] }],
		['an operand given twice', { any: [a, b, a] }, { any: [b, a] }],
		['operands in another order further down', { all: [a, { any: [b, c] }] }, { all: [{ any: [c, b] }, a] }],
		['an operand by itself', { all: [a] }, a],
		['operands of the same kind nested', { all: [a, { all: [b, c] }] }, { all: [a, b, c] }],
		['an operand that is alone and opens', { all: [a, { any: [{ all: [b, c] }] }] }, { all: [a, b, c] }],
		['a not of a not', { not: { not: a } }, a],
		['a not of a not in a list', { any: [a, { not: { not: { any: [b, c] } } }] }, { any: [a, b, c] }],
		[
			'a list of names in another order',
			b,
			{ gene: { consequence: ['missense_variant', 'stop_gained', 'stop_gained'], symbol: 'IDH1' } },
		],
		[
			'a list of values in another order',
			c,
			{ element: { id: 'mgmt-methylation', in: ['methylated', 'unmethylated'] } },
		],
	])('is the same for %s', (_, one, other) => {
		expect(queryHash(query(one))).toBe(queryHash(query(other)));
	});

	it.each<[string, Cohort, Cohort]>([
		['all and any', { all: [a, b] }, { any: [a, b] }],
		['a fact and its not', a, { not: a }],
		['a not of all and an all of nots', { not: { all: [a, b] } }, { all: [{ not: a }, { not: b }] }],
		['any within all and all within any', { all: [a, { any: [b, c] }] }, { any: [a, { all: [b, c] }] }],
	])('differs for %s', (_, one, other) => {
		expect(queryHash(query(one))).not.toBe(queryHash(query(other)));
	});

	it('differs for another ask, and for a table with rows and columns exchanged', () => {
		const table = (rows: string, columns: string): Ask => ({
			table: { rows: { element: rows }, columns: { element: columns } },
		});
		expect(queryHash(query(a, { exists: {} }))).not.toBe(queryHash(query(a)));
		expect(queryHash(query(a, table('x', 'y')))).not.toBe(queryHash(query(a, table('y', 'x'))));
	});

	it('never changes for a stored query', () => {
		// A new value here means that every stored release is forgotten and charged again.
		expect(queryHash(query({ all: [c, b, a] }))).toBe(
			'a1d2a7c407fceb7bb8a314e068421e6b3c6447199f206f39d1b5a2691b5024bc',
		);
	});
});

describe('canonicalQuery', () => {
	it('is its own canonical form', () => {
		const once = canonicalQuery(query({ any: [c, { any: [b, { not: { not: a } }] }, a] }));
		expect(canonicalQuery(once)).toEqual(once);
	});
});
