import { describe, expect, it } from 'vitest';
import { quietMs, replyAfterMs } from './reply-after.ts';

describe('replyAfterMs', () => {
	it.each([
		[500, 0, 500],
		[500, 1, 501],
		[500, 1_000, 1_000],
		[500, 4_096, 2_548],
		[0, 4_096, 0],
	])('of a policy of %i ms and %i cells is %i ms', (replyMs, cells, expected) => {
		expect(replyAfterMs({ replyMs }, cells)).toBe(expected);
	});
});

describe('quietMs', () => {
	it.each([
		[500, 0, 500],
		[500, 1, 499],
		[500, 499, 1],
		[500, 500, 0],
		[500, 501, 499],
		[500, 1_700, 300],
		[0, 77, 0],
	])('of a reply after %i ms, %i of them spent, is %i', (replyMs, spentMs, expected) => {
		expect(quietMs(replyMs, spentMs)).toBe(expected);
	});

	it('ends at the same moments, whatever was spent', () => {
		for (let spent = 0; spent < 1_500; spent += 7) expect((spent + quietMs(500, spent)) % 500).toBe(0);
	});
});
