import { describe, expect, it } from 'vitest';
import { seededStream } from './seeded-stream.ts';

describe('seededStream', () => {
	it('gives the same draws for the same seed and label, on every machine', () => {
		const stream = seededStream(1, 'label');
		expect([stream.below(1000), stream.below(1000), stream.below(1000)]).toEqual([695, 834, 675]);
	});

	it('gives other draws for another label or seed', () => {
		const first = seededStream(1, 'a').unit();
		expect(seededStream(1, 'b').unit()).not.toBe(first);
		expect(seededStream(2, 'a').unit()).not.toBe(first);
	});

	it('is uniform: each of ten classes of 20,000 draws holds a tenth, within five standard deviations', () => {
		const stream = seededStream(3, 'uniform');
		const counts = Array.from({ length: 10 }, () => 0);
		for (let draw = 0; draw < 20_000; draw++) {
			const at = stream.below(10);
			counts[at] = (counts[at] ?? 0) + 1;
		}
		for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(212);
	});

	it('has the mean and the deviation asked for in its normal draws', () => {
		const stream = seededStream(4, 'normal');
		const draws = Array.from({ length: 20_000 }, () => stream.normal(50, 10));
		const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
		const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
		expect(Math.abs(mean - 50)).toBeLessThan(0.4);
		expect(Math.abs(Math.sqrt(variance) - 10)).toBeLessThan(0.3);
	});

	it('never picks a choice of weight 0', () => {
		const stream = seededStream(5, 'pick');
		const picked = Array.from({ length: 500 }, () =>
			stream.pick([
				['never', 0],
				['often', 3],
				['seldom', 1],
				['nor this', 0],
			]),
		);
		expect(new Set(picked)).toEqual(new Set(['often', 'seldom']));
	});

	it('throws where no choice has a positive weight', () => {
		expect(() => seededStream(6, 'pick').pick([['x', 0]])).toThrow('no choice has a positive weight');
	});
});
