// Which of several values counts, for every selection rule.

import { describe, expect, it } from 'vitest';
import type { CodedElement, Element, NumberElement } from '../dictionary/dictionary.ts';
import { elementValue } from './element-value.ts';
import { blank } from './sample-patient.ts';

type Dated = readonly [value: number | string, day: number | null];

function numbers(select: NumberElement['select']): NumberElement {
	const shape = { unit: '1', bounds: [0, 100], bins: [0, 100] } as const;
	return { type: 'number', id: 'e', title: 'e', dataClass: 'image', ...shape, select };
}

function codes(select: CodedElement['select']): CodedElement {
	const values = ['z', 'a', 'm'].map((id) => ({ id, title: id }));
	return { type: 'code', id: 'e', title: 'e', dataClass: 'image', values, select };
}

function valueAmong(element: Element, values: readonly Dated[]): number | string | null {
	const facts = values.map(([value, day]) => ({ element: 'e', value, day }));
	const stray = { element: 'other', value: 1, day: 0 };
	const forwards = elementValue(element, { ...blank, values: [stray, ...facts] });
	// Order carries no meaning in a record.
	expect(elementValue(element, { ...blank, values: [...facts.toReversed(), stray] })).toBe(forwards);
	return forwards;
}

describe('elementValue of a number', () => {
	it.each<[NumberElement['select'], readonly Dated[], number | null]>([
		[
			'first',
			[
				[5, 10],
				[7, 20],
			],
			5,
		],
		[
			'last',
			[
				[5, 10],
				[7, 20],
			],
			7,
		],
		[
			'largest',
			[
				[5, 10],
				[9, 15],
				[7, 20],
			],
			9,
		],
		[
			'smallest',
			[
				[5, 10],
				[9, 15],
				[7, 20],
			],
			5,
		],
		[
			'first',
			[
				[7, 10],
				[5, 10],
				[1, 11],
			],
			5,
		],
		[
			'last',
			[
				[7, 20],
				[5, 20],
				[1, 11],
			],
			5,
		],
		[
			'first',
			[
				[1, null],
				[7, 10],
			],
			7,
		],
		[
			'last',
			[
				[1, null],
				[7, 10],
			],
			7,
		],
		[
			'first',
			[
				[3, null],
				[2, null],
			],
			2,
		],
		[
			'last',
			[
				[3, null],
				[2, null],
			],
			2,
		],
		[
			'largest',
			[
				[9, null],
				[7, 10],
			],
			9,
		],
		[
			'smallest',
			[
				[1, null],
				[7, 10],
			],
			1,
		],
		[
			'first',
			[
				[5, -400],
				[7, 0],
			],
			5,
		],
		['largest', [[250, 1]], 100],
		[
			'smallest',
			[
				[-3, 1],
				[50, 2],
			],
			0,
		],
		['last', [[1e9, 5]], 100],
		['first', [], null],
		['first', [['five', 1]], null],
		[
			'largest',
			[
				[Number.NaN, 1],
				[4, 1],
			],
			4,
		],
		['smallest', [[Number.POSITIVE_INFINITY, 1]], null],
	])('by %s among %j is %s', (select, values, expected) => {
		expect(valueAmong(numbers(select), values)).toBe(expected);
	});
});

describe('elementValue of a code', () => {
	it.each<[CodedElement['select'], readonly Dated[], string | null]>([
		[
			'first',
			[
				['a', 10],
				['z', 20],
			],
			'a',
		],
		[
			'last',
			[
				['a', 10],
				['z', 20],
			],
			'z',
		],
		[
			'first',
			[
				['m', 10],
				['a', 10],
			],
			'a',
		],
		[
			'last',
			[
				['a', 20],
				['z', 20],
				['m', 9],
			],
			'z',
		],
		[
			'first',
			[
				['z', null],
				['m', 10],
			],
			'm',
		],
		[
			'last',
			[
				['m', null],
				['a', null],
			],
			'a',
		],
		[
			'first',
			[
				['other', 1],
				['m', 10],
			],
			'm',
		],
		['first', [[1, 1]], null],
		['last', [], null],
	])('by %s among %j is %s', (select, values, expected) => {
		expect(valueAmong(codes(select), values)).toBe(expected);
	});
});
