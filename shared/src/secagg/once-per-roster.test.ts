import { describe, expect, it } from 'vitest';
import { oncePerRoster } from './once-per-roster.ts';

describe('oncePerRoster', () => {
	it('makes one for each size of a roster, once, and keeps none of a size that no session has', () => {
		const made: number[] = [];
		const of = oncePerRoster((places) => ({ places, at: made.push(places) }));
		for (const places of [3, 5, 3, 100, 101, 5, 101]) expect(of(places).places).toBe(places);
		expect(made).toEqual([3, 5, 100, 101, 101]);
	});
});
