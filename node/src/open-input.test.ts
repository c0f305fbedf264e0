// What an auditor's recount says of an answer, with nobody, somebody or everybody withdrawn since.

import { describe, expect, it } from 'vitest';
import { recountVerdict } from './open-input.ts';

describe('recountVerdict', () => {
	it.each<[string, readonly bigint[], readonly bigint[], number, string]>([
		['the same numbers', [4n, 0n], [4n, 0n], 0, 'matches'],
		['the same numbers, though somebody withdrew who was in no cell', [4n, 0n], [4n, 0n], 3, 'matches'],
		['one more than there is', [5n, 0n], [4n, 0n], 0, 'differs'],
		['one more, as one withdrew', [5n, 0n], [4n, 0n], 1, 'withdrawals'],
		['two more in two cells, as one withdrew', [5n, 1n], [4n, 0n], 1, 'differs'],
		['two more in two cells, as two withdrew', [5n, 1n], [4n, 0n], 2, 'withdrawals'],
		['one fewer, however many withdrew', [3n, 0n], [4n, 0n], 9, 'differs'],
		['one moved to another cell, however many withdrew', [3n, 1n], [4n, 0n], 9, 'differs'],
		['a cell too few', [4n], [4n, 0n], 0, 'differs'],
		['a cell too many', [4n, 0n, 0n], [4n, 0n], 0, 'differs'],
		['a number beyond 2^53', [2n ** 60n + 1n], [2n ** 60n], 0, 'differs'],
	])('of %s', (_what, answered, counts, withdrawn, verdict) => {
		expect(recountVerdict(answered, { counts, withdrawn }, 1)).toBe(verdict);
	});

	it('lets one who withdrew be in as many cells as the plan says', () => {
		expect(recountVerdict([5n, 1n], { counts: [4n, 0n], withdrawn: 1 }, 2)).toBe('withdrawals');
	});

	it('says nothing of a snapshot that is gone', () => {
		expect(recountVerdict([5n], null, 1)).toBe('replaced');
	});
});
