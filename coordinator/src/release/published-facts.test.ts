import { describe, expect, it } from 'vitest';
import { areLinksTrue, marginFacts } from './published-facts.ts';

const sums = (shape: readonly number[], from?: number): readonly (readonly number[])[] =>
	marginFacts(shape, from).map(({ plus }) => plus);

describe('marginFacts', () => {
	it('is the total of a list, from where it starts', () => {
		expect(sums([3])).toEqual([[0, 1, 2]]);
		expect(sums([2], 5)).toEqual([[5, 6]]);
	});

	it('is the columns and the rows of a table', () => {
		expect(sums([2, 3])).toEqual([
			[0, 3],
			[1, 4],
			[2, 5],
			[0, 1, 2],
			[3, 4, 5],
		]);
	});

	it('is every sum along one of three variables', () => {
		expect(sums([2, 2, 2])).toEqual([
			...[
				[0, 4],
				[1, 5],
				[2, 6],
				[3, 7],
			],
			...[
				[0, 2],
				[1, 3],
				[4, 6],
				[5, 7],
			],
			...[
				[0, 1],
				[2, 3],
				[4, 5],
				[6, 7],
			],
		]);
	});

	it('is nothing for a single count', () => {
		expect(sums([])).toEqual([]);
	});
});

describe('areLinksTrue', () => {
	const cell = (count: number, hiddenByHospital = false) => ({ atLeast: BigInt(count), hiddenByHospital });
	const facts = [{ plus: [0, 1], minus: [2] }];

	it('is false where a cell is not the sum of its parts', () => {
		expect(areLinksTrue({ cells: [cell(4), cell(5), cell(9)], facts })).toBe(true);
		expect(areLinksTrue({ cells: [cell(4), cell(5), cell(10)], facts })).toBe(false);
	});

	it('is not judged where a hospital hid a part', () => {
		expect(areLinksTrue({ cells: [cell(4), cell(0, true), cell(10)], facts })).toBe(true);
	});
});
