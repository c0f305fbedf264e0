// Answers questions over patients as a network does, but for transport: the real plan, reference counts, the real noise,
// disclosure, merge and release. Fast enough for attacks that are tried thousands of times.

import {
	countPatients,
	encodeSafeCounts,
	evaluate,
	mergeSafeCounts,
	type NetworkPolicy,
	type Plan,
	parseQuestion,
	planUnderPolicy,
	type Random,
	type SafeCount,
	secaggParameters,
} from '@cordon/shared';
import { decideRelease } from '../../coordinator/src/release/decide-release.ts';
import { testDictionary, testPolicy } from '../../coordinator/src/testing/test-policy.ts';
import { testSolver } from '../../coordinator/src/testing/test-solver.ts';
import { discloseForSum } from '../../node/src/disclose/disclose-counts.ts';
import { drawPlanNoise } from '../../node/src/disclose/draw-plan-noise.ts';
import { consentingRecords, type Patient } from './neighbouring-patients.ts';

/** `undefended` leaves the noise out and shows true counts: what the attacks are for. */
export type Defence = 'noised' | 'undefended';

export interface AskedNetwork {
	/** The patients of each hospital, in the roster's order. */
	readonly hospitals: readonly (readonly Patient[])[];
	readonly random: Random;
	readonly defence: Defence;
	/** What hospitals under the attacker send beside zeros; they know it, and take it off again. */
	readonly colluders?: number;
	readonly policy?: Partial<NetworkPolicy>;
}

/** The patients of the cohort, at this epsilon. */
export function counting(cohort: unknown, epsilon: number, ask: unknown = { count: {} }): unknown {
	const release = { mechanism: 'noised', epsilon };
	return { cordon: 1, project: 'glioma', purpose: 'HMB', cohort, ask, release };
}

/** What the attacker has: the released numbers, less what its own hospitals put in. */
export async function askPatients(network: AskedNetwork, question: unknown): Promise<readonly number[]> {
	const policy = { ...testPolicy, ...network.policy };
	const plan = planOf(question, policy);
	const counts = network.hospitals.map((patients) =>
		evaluate(plan, consentingRecords(patients), testDictionary),
	);
	if (network.defence === 'undefended') {
		return plan.cells.map((_, cell) => counts.reduce((sum, of) => sum + (of[cell] ?? 0), 0));
	}
	const { noiseHospitals, threshold } = parametersOf(network.hospitals.length);
	const vectors = counts.map((of) => {
		const noise = drawPlanNoise(plan, policy, noiseHospitals, { random: network.random });
		return discloseForSum(plan, of.map(countPatients), noise);
	});
	const released = await release({ plan, policy, vectors, noiseHospitals, minimumContributors: threshold });
	const own = vectors.slice(vectors.length - (network.colluders ?? 0)).map(numbersOf);
	return released.map((value, cell) => value - own.reduce((sum, of) => sum + (of[cell] ?? 0), 0));
}

interface Released {
	readonly plan: Plan;
	readonly policy: NetworkPolicy;
	readonly vectors: readonly (readonly SafeCount[])[];
	readonly noiseHospitals: number;
	readonly minimumContributors: number;
}

async function release({ vectors, ...facts }: Released): Promise<readonly number[]> {
	const merged = mergeSafeCounts(vectors).map((count) => ({ count, hiddenByHospital: false }));
	const contributors = vectors.map((_, at) => `hospital-${at}`);
	const decided = await decideRelease(
		{ ...facts, merged, contributors, epochs: {}, k: facts.policy.k },
		testSolver,
	);
	if (!decided.ok) throw new Error(decided.error);
	return decided.value.cells.map(({ raw, value }) => raw ?? value ?? Number.NaN);
}

function numbersOf(vector: readonly SafeCount[]): readonly number[] {
	return encodeSafeCounts(vector).map(Number);
}

export function planOf(question: unknown, policy: NetworkPolicy = testPolicy): Plan {
	const parsed = parseQuestion(question, testDictionary);
	if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path} ${message}`).join('; '));
	const plan = planUnderPolicy(parsed.value, testDictionary, policy);
	if (!plan.ok) throw new Error(plan.error);
	return plan.value;
}

function parametersOf(hospitals: number): {
	readonly noiseHospitals: number;
	readonly threshold: number;
} {
	const parameters = secaggParameters(hospitals, null);
	if (!parameters.ok) throw new Error(parameters.error);
	return parameters.value;
}
