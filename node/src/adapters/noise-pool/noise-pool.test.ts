import type { NoisePlan } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { createNoisePool, mostShares, shelfLifeMs } from './noise-pool.ts';

const plan: NoisePlan = { epsilonMicros: 100_000, l1Sensitivity: 1, hospitals: 3 };

interface Drawing {
	readonly pool: ReturnType<typeof createNoisePool>;
	/** How many shares each draw was for. */
	readonly draws: number[];
	readonly at: (nowMs: number) => void;
	readonly breakNext: () => void;
	readonly fill: () => void;
}

function drawing(): Drawing {
	const draws: number[] = [];
	let [nowMs, isBroken, serial] = [0, false, 0n];
	const draw = (cells: number): readonly bigint[] => {
		if (isBroken) {
			isBroken = false;
			throw new Error('no randomness');
		}
		draws.push(cells);
		return Array.from({ length: cells }, () => {
			serial += 1n;
			return serial;
		});
	};
	const pool = createNoisePool({ draw, clock: { nowMs: () => nowMs } });
	return {
		pool,
		draws,
		at: (ms) => {
			nowMs = ms;
		},
		breakNext: () => {
			isBroken = true;
		},
		fill: () => {
			while (pool.drawSlice());
		},
	};
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

describe('createNoisePool', () => {
	it('draws nothing before anybody asked', () => {
		const { pool, draws } = drawing();
		expect([pool.drawSlice(), draws]).toEqual([false, []]);
	});

	it('draws at once what it has not, and no more', () => {
		const { pool, draws } = drawing();
		expect(pool.take(plan, 300)).toHaveLength(300);
		expect(draws).toEqual([300]);
	});

	it('draws ahead four vectors as long as the longest, slice by slice, and hands them out without drawing', () => {
		const { pool, draws, fill } = drawing();
		for (const cells of [200, 300, 1]) pool.take(plan, cells);
		draws.length = 0;
		fill();
		expect(sum(draws)).toBe(1_200);
		expect(Math.max(...draws)).toBe(128);
		draws.length = 0;
		for (const cells of [300, 300, 300, 300]) expect(pool.take(plan, cells)).toHaveLength(cells);
		expect(draws).toEqual([]);
		expect(pool.take(plan, 2)).toHaveLength(2);
		expect(draws).toEqual([2]);
	});

	it('hands out what it has and draws the rest', () => {
		const { pool, draws, fill } = drawing();
		pool.take(plan, 1);
		fill();
		draws.length = 0;
		expect(new Set(pool.take(plan, 10)).size).toBe(10);
		expect(draws).toEqual([6]);
	});

	it('keeps no more than its bound for vectors of any length', () => {
		const { pool, draws, fill } = drawing();
		pool.take(plan, mostShares);
		draws.length = 0;
		fill();
		expect(sum(draws)).toBe(mostShares);
	});

	it.each([
		[1, 232],
		[100, 23],
		[1_000, 2],
		[1_000_000, 1],
	])('draws noise of scale %d in slices of %d shares', (scale, slice) => {
		const { pool, draws } = drawing();
		pool.take({ ...plan, epsilonMicros: 1_000_000, l1Sensitivity: scale }, 4_096);
		draws.length = 0;
		pool.drawSlice();
		expect(draws).toEqual([slice]);
	});

	it('forgets what nobody asked for in ten minutes, and what a clock set back makes younger than its asking', () => {
		for (const laterMs of [shelfLifeMs, -1]) {
			const { pool, draws, fill, at } = drawing();
			pool.take(plan, 1);
			fill();
			draws.length = 0;
			at(laterMs);
			expect(pool.drawSlice()).toBe(false);
			pool.take(plan, 4);
			expect(draws).toEqual([4]);
		}
	});

	it('keeps it a moment less', () => {
		const { pool, draws, fill, at } = drawing();
		pool.take(plan, 1);
		fill();
		draws.length = 0;
		at(shelfLifeMs - 1);
		pool.take(plan, 4);
		expect(draws).toEqual([]);
	});

	it('throws where it cannot draw what is lacking, and hands out nothing of it later', () => {
		const { pool, fill, breakNext } = drawing();
		pool.take(plan, 1);
		fill();
		breakNext();
		expect(() => pool.take(plan, 10)).toThrow('no randomness');
		// 1 and 4 were drawn before.
		expect(pool.take(plan, 2)).toEqual([6n, 7n]);
	});

	it('has lost nothing where drawing ahead fails', () => {
		const { pool, draws, fill, breakNext } = drawing();
		pool.take(plan, 1);
		pool.drawSlice();
		pool.take(plan, 2);
		breakNext();
		expect(() => pool.drawSlice()).toThrow('no randomness');
		fill();
		expect(sum(draws)).toBe(1 + 4 + 6);
	});

	it.each([0, -1, 1.5, Number.NaN])('throws at a vector of %d cells', (cells) => {
		expect(() => drawing().pool.take(plan, cells)).toThrow('at least one cell');
	});

	it('keeps the plan that was asked for, whatever its object becomes', () => {
		const own = { epsilonMicros: 100_000, l1Sensitivity: 1, hospitals: 3 };
		const seen: NoisePlan[] = [];
		const pool = createNoisePool({
			draw: (cells, given) => {
				seen.push({ ...given });
				return Array.from({ length: cells }, () => 0n);
			},
			clock: { nowMs: () => 0 },
		});
		pool.take(own, 1);
		own.hospitals = 100;
		pool.drawSlice();
		expect(seen).toEqual([plan, plan]);
	});
});
