// The noise of a network as it is released, less the true count, against the discrete Laplace; and the faults of
// design/PRIVACY.md section 3, each of which the same test must reject.

import { countPatients, encodeSafeCounts, type Plan, type Random, type RawCount } from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { discloseForSum } from '../../node/src/disclose/disclose-counts.ts';
import { drawPlanNoise } from '../../node/src/disclose/draw-plan-noise.ts';
import { samplePlan, samplePolicy } from '../../node/src/testing/sample-network.ts';
import { drawNoise } from '../../shared/src/noise/draw-noise.ts';
import { fits } from '../../shared/src/noise/goodness-of-fit.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { laplacePmf } from './exact-pmfs.ts';

const hospitals = 3;
const members = 5;
const cells = 40_000;
const sample = samplePlan.cells[0];
if (sample === undefined) throw new Error('the sample plan has a cell');
const plan: Plan = {
	...samplePlan,
	epsilonMicros: 250_000,
	l1Sensitivity: 1,
	cells: Array.from({ length: cells }, () => sample),
};
/** 0 to 96 patients: what a rounding does to them is not the same in each cell. */
const trueCounts = Array.from({ length: cells }, (_, cell) => cell % 97);

interface Fault {
	readonly plan?: Plan;
	readonly hospitals?: number;
	readonly count?: (patients: number) => number;
	readonly noise?: (z: bigint) => bigint;
}

/** What H hospitals release, summed, less what is true: one of them has the patients. */
function errorsOf(fault: Fault): readonly bigint[] {
	const random = seededRandom('released noise');
	const released = Array.from({ length: hospitals }, (_, at) => releaseOf(fault, at === 0, random));
	return trueCounts.map((count, cell) =>
		released.reduce((sum, cellsOf) => sum + (cellsOf[cell] ?? 0n), BigInt(-count)),
	);
}

function releaseOf(fault: Fault, hasPatients: boolean, random: Random): readonly bigint[] {
	const { count = (patients) => patients, noise = (z) => z } = fault;
	const drawn = drawPlanNoise(fault.plan ?? plan, samplePolicy, fault.hospitals ?? hospitals, { random });
	const raw: readonly RawCount[] = trueCounts.map((patients) =>
		countPatients(hasPatients ? count(patients) : 0),
	);
	const safe = discloseForSum(plan, raw, drawn?.map(noise) ?? null);
	return encodeSafeCounts(safe).map((text) => BigInt(text ?? 'hidden'));
}

const fit = (fault: Fault): boolean => fits(errorsOf(fault), laplacePmf(0.25), 160);

describe('what a network releases, less the true count,', () => {
	it('is the discrete Laplace of the plan', () => {
		expect(fit({})).toBe(true);
	});

	it.each<[string, Fault]>([
		['noise halved', { noise: (z) => z / 2n }],
		['noise left out', { noise: () => 0n }],
		['an epsilon doubled', { plan: { ...plan, epsilonMicros: 500_000 } }],
		['an epsilon 10 % too large', { plan: { ...plan, epsilonMicros: 275_000 } }],
		['shares sized by M = 5 where H = 3', { hospitals: members }],
		['shares sized by M - T = 4 where H = 3', { hospitals: 4 }],
		['counts rounded to tens before the noise', { count: (patients) => Math.round(patients / 10) * 10 }],
		['counts rounded to pairs before the noise', { count: (patients) => patients + (patients % 2) }],
		['counts under k hidden as 0 before the noise', { count: (patients) => (patients < 11 ? 0 : patients) }],
		['each share cut off at zero', { noise: (z) => (z < 0n ? 0n : z) }],
		['each share rounded to pairs', { noise: (z) => (z / 2n) * 2n }],
	])('is not with %s', (_what, fault) => {
		expect(fit(fault)).toBe(false);
	});

	it('is not with one vector of noise for two of the hospitals', () => {
		const random = seededRandom('noise twice');
		const spread = { epsilonMicros: 250_000, l1Sensitivity: 1, hospitals };
		const [first, second] = [0, 1].map(() => drawNoise(cells, spread, random));
		const sums = trueCounts.map((_, cell) => 2n * (first?.[cell] ?? 0n) + (second?.[cell] ?? 0n));
		expect(fits(sums, laplacePmf(0.25), 160)).toBe(false);
	});
});

describe('the noise of a question that four cells of a patient answer', () => {
	const wide = { ...plan, l1Sensitivity: 4 };
	const draws = (asked: Plan): readonly bigint[] =>
		drawPlanNoise(asked, samplePolicy, 1, { random: seededRandom('sensitivity') }) ?? [];

	it('is the discrete Laplace at a quarter of epsilon, and not without its sensitivity', () => {
		expect(fits(draws(wide), laplacePmf(1 / 16), 640)).toBe(true);
		expect(fits(draws(plan), laplacePmf(1 / 16), 640)).toBe(false);
	});
});
