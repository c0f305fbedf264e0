// How long a hospital draws the noise of 10,000 cells, beside the exact sampler in BigInt and beside OpenDP's.
//
// To read it: one thread, the operating system's CSPRNG, warmed up. `elapsed` is what a query would wait; `processor` is
// what it costs a core, collection of garbage included, and holds the bar, because a busy machine lengthens the other.
// H = m - T is how many hospitals share the noise: 3 of 5, 4 of 10, 34 of 100, and 1 in a plain network. OpenDP draws no
// shares, so it stands beside H = 1, where both draw whole discrete Laplace values of one scale; its time holds the way
// from and to Python. `drawnAhead` is what a question of so many cells waits at H = 3: `atOnce` where the node's pool is empty,
// `ahead` where it holds enough; `fill` is what putting as much back took, while nobody waited.
// Not measured: noise wider than that of a sensitivity of 10 at epsilon 0.1, which costs more in each cell.

import { loadavg } from 'node:os';
import { drawNoise, drawPolyaShare, type NoisePlan, systemRandom } from '@cordon/shared';
import { inBlocks } from '../../shared/src/noise/random-blocks.ts';
import { type BenchOptions, type BenchResult, barOf, type Figures, machineNow } from './bench-result.ts';
import { timeNoiseAhead } from './noise-ahead.ts';
import { missingOpenDp, type OpenDpTimes, timeOpenDp } from './opendp.ts';
import { percentile, summarize } from './percentiles.ts';

const cells = 10_000;
const limitMs = 150;
const repetitions = { quick: 5, full: 40 };
const warmUps = 5;
/** The reference is slow, and its figures hold no bar. */
const fastToEachBigInt = 4;

interface Case {
	readonly name: string;
	readonly plan: NoisePlan;
	/** The bar is for epsilon 0.1 at a sensitivity of 1. */
	readonly hasBar: boolean;
}

const cases: readonly Case[] = [
	...[1, 3, 4, 34].map((hospitals) => ({
		name: `epsilon0.1/H${hospitals}`,
		plan: { epsilonMicros: 100_000, l1Sensitivity: 1, hospitals },
		hasBar: true,
	})),
	{
		name: 'epsilon0.123457/H3',
		plan: { epsilonMicros: 123_457, l1Sensitivity: 1, hospitals: 3 },
		hasBar: false,
	},
	{
		name: 'epsilon0.1/sensitivity10/H3',
		plan: { epsilonMicros: 100_000, l1Sensitivity: 10, hospitals: 3 },
		hasBar: false,
	},
];

interface Times {
	readonly elapsedMs: readonly number[];
	readonly processorMs: readonly number[];
}

interface Measured extends Case {
	readonly fast: Times;
	readonly bigInt: Times;
}

export async function benchNoise({ isQuick, tell }: BenchOptions): Promise<BenchResult> {
	const loadBefore = loadavg()[0] ?? 0;
	const times = isQuick ? repetitions.quick : repetitions.full;
	const measured = cases.map((one) => {
		tell(`${one.name}: measuring`);
		return { ...one, ...measureCase(one.plan, times) };
	});
	tell('OpenDP: measuring');
	const openDp = await timeOpenDp(cells, 10, times);
	if (openDp === null) tell(missingOpenDp);
	tell('drawn ahead: measuring');
	const plan = { epsilonMicros: 100_000, l1Sensitivity: 1, hospitals: 3 };
	const drawnAhead = timeNoiseAhead({ plan, sizes: [1, 256, cells], times });
	const result = resultOf(measured, openDp, loadBefore);
	return { ...result, figures: { ...result.figures, drawnAhead } };
}

function measureCase(plan: NoisePlan, times: number): { readonly fast: Times; readonly bigInt: Times } {
	const draws = {
		fast: () => drawNoise(cells, plan, systemRandom),
		bigInt: () => {
			const blocks = inBlocks(systemRandom);
			return Array.from({ length: cells }, () => drawPolyaShare(plan, blocks));
		},
	};
	for (let time = 0; time < warmUps; time += 1) draws.fast();
	draws.bigInt();
	const fast = Array.from({ length: times }, () => timeOnce(draws.fast));
	const bigInt = Array.from({ length: Math.ceil(times / fastToEachBigInt) }, () => timeOnce(draws.bigInt));
	return { fast: timesOf(fast), bigInt: timesOf(bigInt) };
}

interface Time {
	readonly elapsedMs: number;
	readonly processorMs: number;
}

function timesOf(each: readonly Time[]): Times {
	return {
		elapsedMs: each.map(({ elapsedMs }) => elapsedMs),
		processorMs: each.map(({ processorMs }) => processorMs),
	};
}

function timeOnce(draw: () => readonly bigint[]): Time {
	const used = process.cpuUsage();
	const startNs = process.hrtime.bigint();
	if (draw().length !== cells) throw new Error('a cell without noise');
	const elapsedMs = Number(process.hrtime.bigint() - startNs) / 1e6;
	const { user, system } = process.cpuUsage(used);
	return { elapsedMs, processorMs: (user + system) / 1000 };
}

function resultOf(
	measured: readonly Measured[],
	openDp: OpenDpTimes | null,
	loadBefore: number,
): BenchResult {
	const whole = measured.find(({ plan }) => plan.hospitals === 1);
	const bars = Object.fromEntries(
		measured
			.filter(({ hasBar }) => hasBar)
			.map(({ name, fast }) => [name, barOf(percentile(fast.processorMs, 95), limitMs)]),
	);
	return {
		bench: 'noise',
		machine: { ...machineNow(), loadBefore, opendp: openDp?.version ?? null },
		figures: {
			unit: 'ms',
			cells,
			...Object.fromEntries(
				measured.map(({ name, fast, bigInt }) => [
					name,
					{ fast: summaryOf(fast), bigInt: summaryOf(bigInt) },
				]),
			),
			opendp: openDp === null ? null : summaryOf(openDp),
		},
		ratios: {
			...Object.fromEntries(
				measured.map(({ name, fast, bigInt }) => [`${name}/bigInt/fast`, ratioOf(bigInt, fast)]),
			),
			...(openDp === null || whole === undefined
				? {}
				: { [`${whole.name}/opendp/fast`]: ratioOf(openDp, whole.fast) }),
		},
		bars,
		pass: Object.values(bars).every(({ pass }) => pass),
		skipped: openDp === null ? ['opendp'] : [],
	};
}

/** Of the processor times' medians: a busy machine lengthens both elapsed times, and not by the same. */
function ratioOf(slow: Times, fast: Times): number {
	return Math.round((10 * percentile(slow.processorMs, 50)) / percentile(fast.processorMs, 50)) / 10;
}

function summaryOf({ elapsedMs, processorMs }: Times): Figures {
	return { elapsed: summarize(elapsedMs), processor: summarize(processorMs) };
}
