// Keeps noise that was drawn ahead, in memory alone, so that a question need not wait for it. A share is taken out
// before it is handed out, and nothing puts one back: a crash loses noise, and no share is used twice.

import { type Clock, canonicalJson, type NoisePlan } from '@cordon/shared';
import type { NoisePool } from '../../ports.ts';

export interface NoisePoolParts {
	/** One share a cell, from the operating system's CSPRNG in production. */
	readonly draw: (cells: number, plan: NoisePlan) => readonly bigint[];
	readonly clock: Clock;
}

/** Distributions of which shares are kept; the one not asked for longest gives way. */
export const mostPlans = 4;
/** Of one distribution: four tables of the largest size. All of it is some megabytes. */
export const mostShares = 16_384;
/** Vectors as long as the longest that was asked for, kept of each distribution. */
const vectorsAhead = 4;
/**
 * Of a distribution that nobody asks for. A machine whose memory was saved and is woken later holds shares that may
 * have been used since: it finds them too old.
 */
export const shelfLifeMs = 600_000;

interface Stock {
	readonly plan: NoisePlan;
	readonly shares: bigint[];
	/** Shares to be kept. */
	readonly target: number;
	readonly askedMs: number;
}

/**
 * What is kept, and when it is drawn, follows from the plans asked for and the time of asking: nothing here is told of
 * a patient, nor does anything here depend on the value of a share.
 *
 * Errors  `take` and `drawSlice` throw what `draw` throws, or where it gives another number of shares than was asked
 *         for; nothing was handed out then, and a `take` that failed has lost what was kept of that distribution.
 */
export function createNoisePool({ draw, clock }: NoisePoolParts): NoisePool {
	/** In the order of asking, the latest last. By everything that a share's distribution depends on. */
	const stocks = new Map<string, Stock>();
	const drawn = (cells: number, plan: NoisePlan): readonly bigint[] => {
		const shares = draw(cells, plan);
		if (shares.length !== cells) throw new Error('a cell without noise');
		return shares;
	};
	return {
		take: (plan, cells) => {
			if (!Number.isSafeInteger(cells) || cells < 1) throw new Error('a vector has at least one cell');
			const nowMs = clock.nowMs();
			dropOld(stocks, nowMs);
			const key = canonicalJson(plan);
			const stock = stocks.get(key);
			stocks.delete(key);
			const ready = stock?.shares.splice(-cells) ?? [];
			const lacking = cells - ready.length;
			const noise = lacking === 0 ? ready : [...ready, ...drawn(lacking, plan)];
			const target = Math.min(mostShares, Math.max(stock?.target ?? 0, vectorsAhead * cells));
			stocks.set(key, { plan: { ...plan }, shares: stock?.shares ?? [], target, askedMs: nowMs });
			for (const oldest of [...stocks.keys()].slice(0, -mostPlans)) stocks.delete(oldest);
			return noise;
		},
		drawSlice: () => {
			dropOld(stocks, clock.nowMs());
			const short = [...stocks.values()].findLast(({ shares, target }) => shares.length < target);
			if (short === undefined) return false;
			const { plan, shares, target } = short;
			shares.push(...drawn(Math.min(sliceOf(plan), target - shares.length), plan));
			return true;
		},
	};
}

/** A time before the asking is a clock that was set back, or another machine's: as old as any. */
function dropOld(stocks: Map<string, Stock>, nowMs: number): void {
	for (const [key, { askedMs }] of [...stocks]) {
		if (nowMs < askedMs || nowMs - askedMs >= shelfLifeMs) stocks.delete(key);
	}
}

/** Shares that take about half a millisecond: a share takes longer in proportion to the noise's scale. */
function sliceOf({ epsilonMicros, l1Sensitivity }: NoisePlan): number {
	const scale = (1e6 * l1Sensitivity) / epsilonMicros;
	return Math.max(1, Math.floor(2_560 / (10 + scale)));
}
