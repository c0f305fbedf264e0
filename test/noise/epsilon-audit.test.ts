// The end-to-end audit of design/PRIVACY.md section 3: a network of five with T = 1, so m = 4 and H = 3, answers
// 40,960 times on each of two data sets that differ by one patient. The lower bound on epsilon that its answers show,
// at confidence 1 - 1e-6, must not exceed what was charged; with the faults of the specification it does.

import {
	countPatients,
	decodeSafeCounts,
	encodeSafeCounts,
	mergeSafeCounts,
	type Plan,
	type Random,
	type SafeCount,
	secaggParameters,
} from '@cordon/shared';
import { describe, expect, it } from 'vitest';
import { decideRelease } from '../../coordinator/src/release/decide-release.ts';
import { testSolver } from '../../coordinator/src/testing/test-solver.ts';
import { discloseForSum } from '../../node/src/disclose/disclose-counts.ts';
import { drawPlanNoise } from '../../node/src/disclose/draw-plan-noise.ts';
import { samplePlan, samplePolicy } from '../../node/src/testing/sample-network.ts';
import { seededRandom } from '../../shared/src/noise/seeded-random.ts';
import { auditedEpsilon } from './audited-epsilon.ts';

const epsilon = 1;
const members = 5;
const parameters = secaggParameters(members, null);
if (!parameters.ok) throw new Error(parameters.error);
const { minimum, noiseHospitals, threshold } = parameters.value;

/** Cells are independent, so a vector is as many answers to a count, each charged the whole epsilon. */
const cells = 256;
const runs = 160;
const categories = Array.from({ length: cells }, (_, at) => String(at));
const plan: Plan = {
	...samplePlan,
	epsilonMicros: epsilon * 1_000_000,
	variables: [{ variable: { element: 'sex' }, categories }],
	cells: categories.map((category) => [category]),
};

/** A number that rounding to tens moves far when one more patient comes. */
const patients = 14;

interface Fault {
	readonly noise?: (z: bigint) => bigint;
	readonly hospitals?: number;
	readonly count?: (patients: number) => number;
}

interface Seen {
	readonly released: readonly number[];
	/** The same less what the one colluding hospital sent. */
	readonly lessColluder: readonly number[];
}

async function answerOnce(count: number, random: Random, fault: Fault): Promise<Seen> {
	const vectors = Array.from({ length: minimum }, (_, at) => vectorOf(at === 0 ? count : 0, random, fault));
	const merged = mergeSafeCounts(vectors.map((vector) => throughWire(vector)));
	const contributors = vectors.map((_, at) => `hospital-${at}`);
	const decided = await decideRelease(
		{
			plan,
			policy: samplePolicy,
			merged: merged.map((cell) => ({ count: cell, hiddenByHospital: false })),
			contributors,
			epochs: {},
			k: samplePolicy.k,
			noiseHospitals,
			minimumContributors: threshold,
		},
		testSolver,
	);
	if (!decided.ok) throw new Error(decided.error);
	const released = decided.value.cells.map(({ raw }) => raw ?? Number.NaN);
	const own = encodeSafeCounts(vectors.at(-1) ?? []).map(Number);
	return { released, lessColluder: released.map((value, cell) => value - (own[cell] ?? Number.NaN)) };
}

function vectorOf(count: number, random: Random, fault: Fault): readonly SafeCount[] {
	const { hospitals = noiseHospitals, noise = (z) => z, count: counted = (true_) => true_ } = fault;
	const drawn = drawPlanNoise(plan, samplePolicy, hospitals, { random });
	const raw = plan.cells.map(() => countPatients(counted(count)));
	return discloseForSum(plan, raw, drawn?.map(noise) ?? null);
}

function throughWire(vector: readonly SafeCount[]): readonly SafeCount[] {
	const decoded = decodeSafeCounts(encodeSafeCounts(vector), vector.length);
	if (!decoded.ok) throw new Error(decoded.error);
	return decoded.value.flatMap((cell) => cell ?? []);
}

async function worldOf(count: number, fault: Fault): Promise<Seen> {
	const random = seededRandom(`epsilon audit ${count}`);
	const seen: Seen[] = [];
	for (let run = 0; run < runs; run += 1) seen.push(await answerOnce(count, random, fault));
	return {
		released: seen.flatMap(({ released }) => released),
		lessColluder: seen.flatMap(({ lessColluder }) => lessColluder),
	};
}

const events = {
	thresholds: Array.from({ length: 13 }, (_, step) => patients - 6 + step),
	alpha: 1e-6,
};

async function audited(fault: Fault): Promise<Readonly<Record<keyof Seen, number>>> {
	const [one, other] = [await worldOf(patients, fault), await worldOf(patients + 1, fault)];
	return {
		released: auditedEpsilon(one.released, other.released, events),
		lessColluder: auditedEpsilon(one.lessColluder, other.lessColluder, events),
	};
}

describe('a network of five, audited on neighbouring data sets', () => {
	it('shows no more than the epsilon that was charged, and nearly all of it to a colluder', async () => {
		const { released, lessColluder } = await audited({});
		expect(lessColluder).toBeLessThanOrEqual(epsilon);
		// The bound is worth something: three honest shares are no more noise than was promised.
		expect(lessColluder).toBeGreaterThan(0.9 * epsilon);
		// Four contributors are more noise than three need be.
		expect(released).toBeLessThan(lessColluder);
		expect(released).toBeGreaterThan(0.7 * epsilon);
	});

	it.each<[string, Fault]>([
		['noise halved', { noise: (z) => z / 2n }],
		['shares sized by M = 5', { hospitals: members }],
		['counts rounded to tens before the noise', { count: (count) => Math.round(count / 10) * 10 }],
		['noise left out', { noise: () => 0n }],
	])('shows more with %s', async (_what, fault) => {
		expect((await audited(fault)).lessColluder).toBeGreaterThan(epsilon);
	});

	it('shows more where a crash has the noise drawn again, and both vectors are seen', async () => {
		const [one, other] = await Promise.all(
			[patients, patients + 1].map(async (count) => {
				const first = await worldOf(count, {});
				const random = seededRandom(`after the crash ${count}`);
				const again: number[] = [];
				for (let run = 0; run < runs; run += 1)
					again.push(...(await answerOnce(count, random, {})).lessColluder);
				return first.lessColluder.map((value, at) => (value + (again[at] ?? Number.NaN)) / 2);
			}),
		);
		expect(auditedEpsilon(one ?? [], other ?? [], events)).toBeGreaterThan(epsilon);
	});
});
