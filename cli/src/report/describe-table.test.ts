import { describe, expect, it } from 'vitest';
import { describeTable, type TableCell } from './describe-table.ts';

const cells: readonly TableCell[] = [
	{ key: ['rim', 'mutated'], text: '13 [9, 17]' },
	{ key: ['rim', 'unknown'], text: '0 [0, 3]' },
	{ key: ['nodular', 'mutated'], text: 'hidden' },
	{ key: ['nodular', 'unknown'], text: '7 [3, 11]' },
];

describe('describeTable', () => {
	it('has a line a row, a column a category, and each as wide as it needs', () => {
		expect(describeTable(cells)).toEqual([
			'         mutated     unknown',
			'rim      13 [9, 17]  0 [0, 3]',
			'nodular  hidden      7 [3, 11]',
		]);
	});

	it('has what they add up to at the ends, also where it comes first', () => {
		const margins: readonly TableCell[] = [
			{ key: [null, null], text: '20' },
			{ key: ['rim', null], text: '13' },
			{ key: [null, 'mutated'], text: '14' },
		];
		expect(describeTable([...margins, ...cells])).toEqual([
			'         mutated     unknown    all',
			'rim      13 [9, 17]  0 [0, 3]   13',
			'nodular  hidden      7 [3, 11]',
			'all      14                     20',
		]);
	});

	it('has nothing but a head without cells', () => {
		expect(describeTable([])).toEqual(['']);
	});
});
