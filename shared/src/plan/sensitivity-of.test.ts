import { describe, expect, it } from 'vitest';
import { type ProvenParts, sensitivityOf } from './sensitivity-of.ts';

const sex = { variable: { element: 'sex' }, categories: ['female', 'male', 'unknown'] };
const mutated = { variable: { gene: { symbol: 'IDH1' } }, categories: ['false', 'true', 'unknown'] };
const table: ProvenParts = {
	variables: [sex, mutated],
	cells: sex.categories.flatMap((row) => mutated.categories.map((column) => [row, column])),
};

describe('sensitivityOf', () => {
	it.each<[string, ProvenParts]>([
		['a count', { variables: [], cells: [[]] }],
		['a histogram', { variables: [sex], cells: sex.categories.map((category) => [category]) }],
		['a table', table],
	])('is 1 in both norms for %s: a patient is in one cell', (_what, parts) => {
		expect(sensitivityOf(parts)).toEqual({ l1: 1, l2Squared: 1 });
	});

	const overlapping = { ...sex, categories: ['female', 'male', 'female'] };
	it.each<[string, ProvenParts]>([
		['a category twice', { variables: [overlapping], cells: [['female'], ['male'], ['female']] }],
		['a cell twice', { ...table, cells: [...table.cells.slice(1), ['female', 'true']] }],
		['a cell too many', { ...table, cells: [...table.cells, ['female', 'false']] }],
		['a cell too few', { ...table, cells: table.cells.slice(1) }],
		['a cell of no category', { ...table, cells: [...table.cells.slice(1), ['female', 'perhaps']] }],
		['cells of fewer variables', { variables: [sex, mutated], cells: [['female']] }],
		['cells of no variable', { variables: [], cells: [['female']] }],
		['no cell', { variables: [], cells: [] }],
		['a variable without a category', { variables: [{ ...sex, categories: [] }], cells: [] }],
	])('is not known with %s', (_what, parts) => {
		expect(sensitivityOf(parts)).toBeNull();
	});
});
