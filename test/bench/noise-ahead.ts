// How long a question waits for its noise: drawn at once, and taken from the pool that the node filled while it heard
// nothing. What the filling takes is reported beside, because it is not saved but spent at another time.

import { type NoisePlan, systemClock, systemRandom } from '@cordon/shared';
import { openNoisePool } from '../../node/src/open-adapters.ts';
import type { NoisePool } from '../../node/src/ports.ts';
import type { Figures } from './bench-result.ts';
import { summarize } from './percentiles.ts';

export interface NoiseAhead {
	readonly plan: NoisePlan;
	readonly sizes: readonly number[];
	readonly times: number;
}

const warmUps = 3;

/** Elapsed milliseconds a vector, by its number of cells. */
export function timeNoiseAhead({ plan, sizes, times }: NoiseAhead): Figures {
	const clock = systemClock;
	return Object.fromEntries(
		sizes.map((cells) => {
			const empty = (): NoisePool => openNoisePool({ clock, random: systemRandom });
			const pool = empty();
			pool.take(plan, cells);
			const each = Array.from({ length: warmUps + times }, () => ({
				atOnceMs: timeOnce(() => empty().take(plan, cells)),
				fillMs: timeOnce(() => fill(pool)),
				aheadMs: timeOnce(() => pool.take(plan, cells)),
			})).slice(warmUps);
			return [
				`cells${cells}`,
				{
					atOnce: summarize(each.map(({ atOnceMs }) => atOnceMs)),
					ahead: summarize(each.map(({ aheadMs }) => aheadMs)),
					fill: summarize(each.map(({ fillMs }) => fillMs)),
				},
			] as const;
		}),
	);
}

/** Without the breaths that a node takes between slices. */
function fill(pool: NoisePool): void {
	while (pool.drawSlice());
}

function timeOnce(work: () => void): number {
	const startNs = process.hrtime.bigint();
	work();
	return Number(process.hrtime.bigint() - startNs) / 1e6;
}
